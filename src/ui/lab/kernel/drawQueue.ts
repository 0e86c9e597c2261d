/** Longest stretch of drawing before the page gets a turn, in milliseconds. */
const SLICE_MS = 12;

const waiting = new Set<() => void>();
let isScheduled = false;

function drawSome(): void {
  const end = performance.now() + SLICE_MS;
  for (const draw of waiting) {
    waiting.delete(draw);
    draw();
    if (performance.now() > end) break;
  }
  isScheduled = waiting.size > 0;
  if (isScheduled) setTimeout(drawSome, 0);
}

/**
 * Draws soon, one after the other: the maps of a layer are millions of pixels, and the page must
 * answer in between.
 *
 * @returns forgets it, if it has not been drawn yet.
 */
export function drawSoon(draw: () => void): () => void {
  waiting.add(draw);
  if (!isScheduled) {
    isScheduled = true;
    setTimeout(drawSome, 0);
  }
  return () => void waiting.delete(draw);
}
