/** Words for a number that is not known yet, and for one that does not exist. */
export const PENDING_TEXT = "…";
export const NONE_TEXT = "–";

function signed(text: string): string {
  return text.startsWith("-") ? `\u2212${text.slice(1)}` : text;
}

/** Three digits, with a true minus sign: enough to compare rows; the file has all of them. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return NONE_TEXT;
  return signed(String(Number(value.toPrecision(3))));
}

/** A share of 1 as "5.32 %": as many digits in every row, so that they can be compared. */
export function shareText(share: number, digits = 2): string {
  if (!Number.isFinite(share)) return NONE_TEXT;
  return `${signed((100 * share).toFixed(digits))} %`;
}
