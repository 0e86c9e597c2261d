import { shownName } from "../formats/shownName.ts";
import type { ExecutableConvolution } from "./executable.ts";

/** Names in a sentence before the rest is counted. */
const NAMES_AT_MOST = 3;

/**
 * Tells of layers whose weights several nodes take: their maps are those of the first, while other
 * kernels stand in all of them.
 */
export function repeatedLayers(convolutions: readonly ExecutableConvolution[]): readonly string[] {
  const repeated = convolutions.filter(
    ({ weights }) => typeof weights !== "string" && weights.nodes.length > 1,
  );
  if (repeated.length === 0) return [];
  const names = repeated.slice(0, NAMES_AT_MOST).map(({ layer }) => shownName(layer));
  const more = repeated.length - names.length;
  if (more > 0) names.push(`${more} more`);
  const subject =
    names.length === 1
      ? `${names[0]} is applied several times: its maps are`
      : `${names.slice(0, -1).join(", ")} and ${names.at(-1)} are applied several times: their maps are`;
  return [`${subject} those of the first time, and other kernels stand in all of them.`];
}
