import { SaidByPage } from "./labVisit.ts";
import { median } from "./measure.ts";

/** Of several times, ms. */
export interface Times {
  readonly median: number;
  readonly least: number;
  readonly most: number;
  readonly count: number;
}

/** A measurement, or why there is none. */
export type Measured<Found> =
  | { readonly kind: "measured"; readonly found: Found }
  | { readonly kind: "cannot"; readonly why: string };

export function timesOf(all: readonly number[]): Times {
  const [least, most] = [Math.min(...all), Math.max(...all)];
  return { median: median(all), least, most, count: all.length };
}

/** Of what the page prints: "43 ms", "1.25 s". */
export function millisecondsIn(text: string): number {
  const found = /(\d[\d.]*) (ms|s)\b/.exec(text);
  if (found === null) throw new Error(`The page tells no time: "${text}"`);
  return Number(found[1]) * (found[2] === "s" ? 1000 : 1);
}

/** What the page says, and no other failure, is a result. */
export async function unlessRefused<Found>(
  measure: () => Promise<Found>,
): Promise<Measured<Found>> {
  try {
    return { kind: "measured", found: await measure() };
  } catch (thrown) {
    if (!(thrown instanceof SaidByPage)) throw thrown;
    return { kind: "cannot", why: thrown.message };
  }
}
