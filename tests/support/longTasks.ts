import type { Page } from "playwright-core";

/** A page that is busy for less feels as if it answered at once. */
export const LONGEST_TASK_MS = 200;

/**
 * From here on, notes how long the page's own thread is busy at a time (W3C Long Tasks).
 * @returns the longest since the last call, ms; tasks of less than 50 ms count as 0.
 */
export async function watchLongTasks(page: Page): Promise<() => Promise<number>> {
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
    return page.evaluate(() => {
      const { longTasks } = globalThis as unknown as { longTasks: number[] };
      return Math.max(0, ...longTasks.splice(0));
    });
  };
}

/**
 * What `pieceOfWork` takes in a new page on the slowest machine that the limits were tried on, two
 * shared cores with nothing else to do, ms.
 */
const USUAL_WORK_MS = 230;

/**
 * How many times longer than usual a page takes here and now for a fixed piece of work, at least 1.
 * Machines that others share, or that have been busy for half an hour, can take twice as long; what
 * is too slow on a usual one is still too slow by this measure.
 */
export async function slowness(page: Page): Promise<number> {
  const taken = await page.evaluate(pieceOfWork);
  return Math.max(1, taken / USUAL_WORK_MS);
}

/** Makes marks, places them and has them laid out, as drawings of the page do. Returns ms. */
function pieceOfWork(): number {
  const start = performance.now();
  for (let drawing = 0; drawing < 6; drawing++) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    document.body.append(svg);
    for (let mark = 0; mark < 2000; mark++) {
      const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
      path.setAttribute("d", `M${mark},0h4v4h-4z`);
      path.setAttribute("transform", `translate(${mark % 40},${mark / 40})`);
      svg.append(path);
    }
    svg.getBBox();
    svg.remove();
  }
  return performance.now() - start;
}
