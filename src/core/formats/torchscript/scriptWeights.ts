import type { Graph } from "../../network/graph.ts";
import type { FoundTensor } from "../pytorch/moduleTensors.ts";
import { namedTensors } from "../pytorch/namedTensors.ts";
import type { TorchFile } from "../pytorch/torchFile.ts";
import type { StoredTensor } from "../pytorch/torchTensor.ts";
import type { ModuleSettings, NamedTensor } from "../weights/namedTensor.ts";
import { followScript } from "./followScript.ts";
import type { ConvolutionUse } from "./scriptGraph.ts";

/** The tensors of a PyTorch file with what its code, if it has any, says of them. */
export interface DescribedTensors {
  /**
   * Weights of convolutions in the order in which the code applies them, then all others in
   * the order of the file.
   */
  readonly tensors: readonly NamedTensor[];
  /** Null for files without code, and where it cannot be followed. */
  readonly graph: Graph | null;
  readonly warnings: readonly string[];
}

/**
 * Puts what the code of a TorchScript file says of weights beside what the file holds of them;
 * all other files are left as they are.
 * @throws ConvAtlasError as `namedTensors`, `cancelled`
 */
export async function describeTensors(
  found: readonly FoundTensor[],
  file: TorchFile,
  signal: AbortSignal,
): Promise<DescribedTensors> {
  const { script } = file;
  const followed = script === undefined ? null : await followScript(script, signal);
  if (script === undefined || followed === null) {
    const named = namedTensors(found, file);
    const warnings = script === undefined ? named.warnings : [NOT_FOLLOWED, ...named.warnings];
    return { tensors: named.tensors, graph: null, warnings };
  }
  const { stored, constants, repeatedUses } = withUses(found, followed.uses);
  const named = namedTensors(stored, file);
  const more = namedTensors(constants, { ...file, ...followed.constants });
  return {
    tensors: inOrderOfUse([...named.tensors, ...more.tensors]),
    graph: followed.graph,
    warnings: [...repeatRemark(repeatedUses), ...named.warnings],
  };
}

const NOT_FOLLOWED =
  "The code of this TorchScript file could not be followed, so that it was read for its weights alone: names and channel numbers tell the order and the roles of its layers.";

function repeatRemark(uses: number): string[] {
  if (uses === 0) return [];
  return [
    `Some layers are applied more than once (${uses} further uses); their kernels are counted once.`,
  ];
}

interface UsedTensors {
  readonly stored: readonly FoundTensor[];
  /** Weights of convolutions that are no parameters but constants of the code. */
  readonly constants: readonly FoundTensor[];
  /** How often weights are applied that have been applied before. */
  readonly repeatedUses: number;
}

function withUses(found: readonly FoundTensor[], uses: readonly ConvolutionUse[]): UsedTensors {
  const left = new Map<StoredTensor, ConvolutionUse>();
  for (const use of uses) if (!left.has(use.weight)) left.set(use.weight, use);
  const repeatedUses = uses.length - left.size;
  const stored = found.map((one) => {
    const use = left.get(one.tensor);
    left.delete(one.tensor);
    return use === undefined ? one : { ...one, module: moduleOf(use) ?? one.module };
  });
  const constants = [...left].map(([tensor, use], index) => {
    return { name: `constant.${index}.weight`, tensor, module: moduleOf(use) };
  });
  return { stored, constants, repeatedUses };
}

function inOrderOfUse(tensors: readonly NamedTensor[]): readonly NamedTensor[] {
  const placeOf = ({ module }: NamedTensor) => module?.graphNode ?? Number.POSITIVE_INFINITY;
  const [used, others] = [true, false].map((isUsed) =>
    tensors.filter((tensor) => Number.isFinite(placeOf(tensor)) === isUsed),
  );
  return [...used.toSorted((one, other) => placeOf(one) - placeOf(other)), ...others];
}

function moduleOf({ settings, node }: ConvolutionUse): ModuleSettings | null {
  if (settings === null) return null;
  const { isTransposed, groups, stride, dilation } = settings;
  const operator = isTransposed ? "ConvTranspose2d" : "Conv2d";
  return { operator, groups, stride, dilation, graphNode: node };
}
