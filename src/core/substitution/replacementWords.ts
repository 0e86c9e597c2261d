import type { Replacement } from "./replacement.ts";

/** What kernels are replaced by, as it stands in tables and legends; draws as people count. */
export function replacementName(replacement: Replacement): string {
  switch (replacement.kind) {
    case "best-fit":
      return "best-fitting clinical filter";
    case "label":
      return "clinical filter of the spectral label";
    case "random":
      return `random kernel of equal strength (draw ${replacement.draw + 1})`;
    case "random-fit":
      return `best-fitting random filter (draw ${replacement.draw + 1})`;
    case "zero":
      return "zeros";
    case "low-rank":
      return `nearest kernel of rank ${replacement.rank}`;
    case "rounded":
      return `kernel rounded to ${replacement.bits} bits`;
  }
}
