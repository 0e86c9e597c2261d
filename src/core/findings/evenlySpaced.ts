import { LAYERS_AT_MOST } from "./findings.ts";

/** All of them, or LAYERS_AT_MOST evenly spaced ones, in order. */
export function evenlySpaced<Item>(items: readonly Item[]): readonly Item[] {
  const taken = Math.min(LAYERS_AT_MOST, items.length);
  return Array.from({ length: taken }, (_, at) => items[Math.floor((at * items.length) / taken)]);
}
