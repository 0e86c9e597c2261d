import type { Page } from "playwright-core";
import { slowness } from "./slowness.ts";

/** A page that is busy for less feels as if it answered at once. */
export const LONGEST_TASK_MS = 200;

/**
 * From here on, notes how long the page's own thread is busy at a time (W3C Long Tasks).
 * @returns the longest since the last call, ms of a usual machine; tasks of less than 50 ms count as 0.
 */
export async function watchLongTasks(page: Page): Promise<() => Promise<number>> {
  const factor = await slowness(page);
  await page.evaluate(() => {
    const durations: number[] = [];
    Object.assign(globalThis, { longTasks: durations });
    new PerformanceObserver((list) => {
      durations.push(...list.getEntries().map(({ duration }) => duration));
    }).observe({ type: "longtask" });
  });
  return async () => {
    // An entry comes in a turn after its task.
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 100)));
    const longest = await page.evaluate(() => {
      const { longTasks } = globalThis as unknown as { longTasks: number[] };
      return Math.max(0, ...longTasks.splice(0));
    });
    return longest / factor;
  };
}
