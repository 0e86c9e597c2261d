import type { Page } from "playwright-core";
import { slowness } from "./slowness.ts";

/** Longer between an act and the picture that answers it, and a page feels slow. */
export const LONGEST_ANSWER_MS = 200;

/** What a person did, and how long it took until the page showed it, as the browser measured. */
export interface Interaction {
  /** "pointerup", "click", "keydown", ... */
  readonly name: string;
  /** From the input to the next picture, ms of a usual machine. */
  readonly duration: number;
}

/**
 * Lets the browser write down every input that takes longer than a frame (Event Timing, W3C):
 * the time between a click or a key and the picture that answers it.
 * @returns the longest ones since the last call, longest first.
 */
export async function watchInteractions(
  page: Page,
): Promise<() => Promise<readonly Interaction[]>> {
  const factor = await slowness(page);
  await page.evaluate(() => {
    const seen: { name: string; duration: number }[] = [];
    Object.assign(globalThis, { interactions: seen });
    interface PerformanceEventTiming extends PerformanceEntry {
      readonly interactionId: number;
    }
    const observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as PerformanceEventTiming[]) {
        // The others (pointerout and the like) are no actions of a person.
        if (entry.interactionId > 0) seen.push({ name: entry.name, duration: entry.duration });
      }
    });
    observer.observe({ type: "event", durationThreshold: 16, buffered: true } as object);
  });
  return async () => {
    // An entry comes after the picture it ends with.
    await page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 100))),
    );
    const seen = await page.evaluate(() =>
      (globalThis as unknown as { interactions: Interaction[] }).interactions.splice(0),
    );
    return seen
      .map(({ name, duration }) => ({ name, duration: duration / factor }))
      .toSorted((a, b) => b.duration - a.duration)
      .slice(0, 5);
  };
}
