import { type Kernel3x3, symmetricEntries } from "../../core/features/kernelTransforms.ts";

/** What an arrow key adds to an entry. */
export const ARROW_STEP = 0.1;

/** Larger entries are typing errors, and squares of far larger ones overflow. */
const LARGEST_ENTRY = 1e6;

/** A number as people type it: "-1", "0,5", "1/8"; null if it is none. */
export function typedEntry(text: string): number | null {
  const parts = text.trim().replace("\u2212", "-").replaceAll(",", ".").split("/");
  if (
    parts.length > 2 ||
    parts.some((part) => !/^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i.test(part))
  ) {
    return null;
  }
  const [above, below = 1] = parts.map(Number);
  const value = above / below;
  return Math.abs(value) <= LARGEST_ENTRY ? value + 0 : null;
}

/** An entry as it stands in its field: six digits tell more than any picture shows. */
export function entryText(entry: number): string {
  return String(Number(entry.toPrecision(6)));
}

/** An entry moved by one key press, without the tail of binary fractions. */
export function steppedEntry(entry: number, steps: number): number {
  const moved = Number((entry + steps * ARROW_STEP).toPrecision(12));
  return Math.abs(moved) < ARROW_STEP / 1e6 ? 0 : moved;
}

/** With one entry changed, and those that mirror it where the brush is symmetric. */
export function withEntry(
  kernel: Kernel3x3,
  at: number,
  entry: number,
  isSymmetric: boolean,
): Kernel3x3 {
  const changed = new Set(isSymmetric ? symmetricEntries(at) : [at]);
  return kernel.map((before, index) => (changed.has(index) ? entry : before));
}
