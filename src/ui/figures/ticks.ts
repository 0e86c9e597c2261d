/** Steps between ticks, in powers of ten. */
const STEPS: readonly number[] = [5, 2, 1];

function multiples(low: number, high: number, step: number): readonly number[] {
  const ticks: number[] = [];
  for (let index = Math.ceil(low / step); index * step <= high; index++) ticks.push(index * step);
  return ticks;
}

/** Round numbers (1, 2 or 5 times a power of ten) inside [low, high], `fewest` or more. */
export function roundTicks(low: number, high: number, fewest: number): readonly number[] {
  const span = high - low;
  if (!(span > 0) || !Number.isFinite(span)) return [];
  const power = Math.ceil(Math.log10(span));
  // Two powers of ten below the span there are a hundred ticks.
  for (const exponent of [power, power - 1, power - 2]) {
    for (const factor of STEPS) {
      const ticks = multiples(low, high, factor * 10 ** exponent);
      if (ticks.length >= fewest) return ticks;
    }
  }
  return [];
}

/** A tick as text, with a true minus sign. */
export function tickText(value: number): string {
  const rounded = Number(value.toPrecision(3));
  return rounded < 0 ? `\u2212${-rounded}` : String(rounded === 0 ? 0 : rounded);
}
