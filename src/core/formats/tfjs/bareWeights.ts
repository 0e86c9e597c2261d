import type { ReadContext } from "../format.ts";
import { type AssembledWeights, assembleWeights } from "../weights/assembleWeights.ts";
import type { LocatedWeight } from "./locateWeights.ts";
import { readNumbers } from "./weightNumbers.ts";

/** The network of a manifest alone, whose program builds the layers itself, as face-api.js does. */
export function assembleBareWeights(
  located: readonly LocatedWeight[],
  context: ReadContext,
): Promise<AssembledWeights> {
  const tensors = located
    .filter(({ isOptimizer, stored }) => !isOptimizer && stored !== "string")
    .map((weight) => ({
      name: weight.name,
      shape: weight.shape,
      isFloat: weight.isFloat,
      module: null,
      read: () => readNumbers(weight),
    }));
  return assembleWeights(tensors, "tensorflow", context, "unknown");
}
