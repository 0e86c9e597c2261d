import type { Page } from "playwright-core";

/** What a person did, and how long it took until the page showed it, as the browser measured. */
export interface Interaction {
  /** "pointerup", "click", "keydown", ... */
  readonly name: string;
  /** From the input to the next picture, ms; a multiple of 8. */
  readonly duration: number;
}

declare global {
  interface Window {
    convAtlasInteractions?: { name: string; duration: number }[];
  }
}

/**
 * Lets the browser write down every input that takes longer than a frame (Event Timing, W3C):
 * the time between a click or a key and the picture that answers it.
 */
export async function watchInteractions(page: Page): Promise<void> {
  await page.evaluate(() => {
    const seen: { name: string; duration: number }[] = [];
    window.convAtlasInteractions = seen;
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
}

/** The longest ones so far, longest first. */
export async function longestInteractions(page: Page): Promise<readonly Interaction[]> {
  // An entry comes after the picture it ends with.
  await page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 100))),
  );
  const seen = await page.evaluate(() => window.convAtlasInteractions ?? []);
  return seen.toSorted((a, b) => b.duration - a.duration).slice(0, 5);
}
