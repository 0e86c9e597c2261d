/** Three digits and a true minus sign; a dash where there is no number. */
export function numberText(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return "–";
  const text = String(Number(Math.abs(value).toPrecision(3)));
  return value < 0 ? `\u2212${text}` : text;
}
