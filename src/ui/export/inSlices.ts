import { nextTurn } from "../../core/nextTurn.ts";

/** Longest stretch of work before the page gets a turn, in milliseconds. */
export const SLICE_MS = 24;

/** What a generator makes in the end, worked out in slices, so that the page stays usable. */
export async function inSlices<Made>(steps: Iterator<unknown, Made>): Promise<Made> {
  let end = performance.now() + SLICE_MS;
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (performance.now() < end) continue;
    await nextTurn();
    end = performance.now() + SLICE_MS;
  }
}
