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
  const { stored, constants, repeatedUses } = inOrderOfUse(found, followed.uses);
  const named = namedTensors(stored, file);
  const more = namedTensors(constants, { ...file, ...script.constants });
  return {
    tensors: [...named.tensors, ...more.tensors],
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

interface TensorsInOrder {
  readonly stored: readonly FoundTensor[];
  /** Weights of convolutions that are no parameters but constants of the code. */
  readonly constants: readonly FoundTensor[];
  /** How often weights are applied that have been applied before. */
  readonly repeatedUses: number;
}

function inOrderOfUse(
  found: readonly FoundTensor[],
  uses: readonly ConvolutionUse[],
): TensorsInOrder {
  const firstUses = new Map<StoredTensor, ConvolutionUse>();
  for (const use of uses) if (!firstUses.has(use.weight)) firstUses.set(use.weight, use);
  const firstNames = new Map(found.toReversed().map((one) => [one.tensor, one]));
  const used: FoundTensor[] = [];
  const constants: FoundTensor[] = [];
  for (const [tensor, use] of firstUses) {
    const known = firstNames.get(tensor);
    const module = moduleOf(use);
    if (known !== undefined) used.push({ ...known, module: module ?? known.module });
    else constants.push({ name: `constant.${constants.length}.weight`, tensor, module });
  }
  const others = found.filter(
    (one) => !firstUses.has(one.tensor) || firstNames.get(one.tensor) !== one,
  );
  return {
    stored: [...used, ...others],
    constants,
    repeatedUses: uses.length - firstUses.size,
  };
}

function moduleOf({ settings, node }: ConvolutionUse): ModuleSettings | null {
  if (settings === null) return null;
  const { isTransposed, groups, stride, dilation } = settings;
  const operator = isTransposed ? "ConvTranspose2d" : "Conv2d";
  return { operator, groups, stride, dilation, graphNode: node };
}
