/** First position and number of positions of a slice with Python's rules. */
export function slicePositions(
  length: number,
  start: number,
  end: number,
  step: number,
): { first: number; count: number } {
  if (step === 0 || !Number.isFinite(step)) return { first: 0, count: 0 };
  const [low, high] = step > 0 ? [0, length] : [-1, length - 1];
  const clamp = (at: number) => Math.min(Math.max(at < 0 ? at + length : at, low), high);
  const first = clamp(start);
  return { first, count: Math.max(0, Math.ceil((clamp(end) - first) / step)) };
}
