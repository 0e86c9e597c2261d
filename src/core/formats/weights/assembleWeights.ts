import { ConvAtlasError } from "../../errors.ts";
import type { LayoutQuestion, Network } from "../../network/network.ts";
import type { ReadContext } from "../format.ts";
import { type LayerPlan, readKernels } from "../readKernels.ts";
import { convolutionWeights } from "./convolutionWeights.ts";
import { layoutFamily } from "./layoutEvidence.ts";
import {
  type LayoutConvention,
  MAX_TENSORS,
  type NamedTensor,
  tooManyTensors,
} from "./namedTensor.ts";
import { encoderFirst, inNetworkOrder } from "./networkOrder.ts";
import { countParameters } from "./parameters.ts";
import { type ReadWeight, readWeights } from "./readWeights.ts";
import { segmentsOf } from "./tensorNames.ts";
import { withoutTrainingState } from "./trainingState.ts";

export type AssembledWeights = Pick<
  Network,
  "layers" | "skipped" | "questions" | "parameters" | "warnings"
>;

/** Whether the tensors stand in the order of the network's definition, as PyTorch saves them. */
export type TensorOrder = "definition" | "unknown";

/** Names of real networks have some hundred characters in at most some twenty modules. */
const LONGEST_NAME = 512;
const MOST_SEGMENTS = 32;

/**
 * The convolutions among the tensors of a file that holds weights without a graph, in the order
 * of the tensors, or in one that names and channels tell where the file's means nothing. What the
 * file leaves open is decided by all layers together and listed in `questions`.
 *
 * @throws ConvAtlasError `too-large` and `malformed` for tensors and names that no network has, and
 * as `readKernels` and the tensors' `read` do.
 */
export async function assembleWeights(
  all: readonly NamedTensor[],
  convention: LayoutConvention,
  context: ReadContext,
  order: TensorOrder = "definition",
): Promise<AssembledWeights> {
  requirePlausible(all, context.source.name);
  const { tensors: unordered, warnings } = withoutTrainingState(all);
  const tensors = encoderFirst(
    order === "unknown" ? inNetworkOrder(unordered, convention) : unordered,
  );
  const weights = convolutionWeights(tensors);
  const convolutions = weights.filter((weight) => weight.kind === "convolution");
  const family = layoutFamily(convolutions, convention);
  const read = readWeights(convolutions, family, convention);
  const readings = new Map(read.map((one) => [one.weight.tensor, one]));
  const plans = weights.map((weight): LayerPlan => {
    const { layer: name } = weight;
    if (weight.kind === "skipped") return { name, reason: weight.reason };
    return plannedLayer(name, weight.tensor, readings.get(weight.tensor));
  });
  const found = await readKernels(plans, context);
  const analysed = new Set(found.layers.map(({ name }) => name));
  const questions = weights.flatMap((weight, index): LayoutQuestion[] => {
    const layer = found.names[index];
    if (weight.kind === "skipped" || !analysed.has(layer)) return [];
    const question = readings.get(weight.tensor)?.question ?? null;
    return question === null ? [] : [{ layer, ...question }];
  });
  return {
    layers: found.layers,
    skipped: found.skipped,
    questions,
    parameters: countParameters(tensors),
    warnings: [...warnings, ...found.warnings],
  };
}

function requirePlausible(tensors: readonly NamedTensor[], fileName: string): void {
  if (tensors.length > MAX_TENSORS) throw tooManyTensors(fileName);
  const isName = ({ name }: NamedTensor) =>
    name.length <= LONGEST_NAME && segmentsOf(name).length <= MOST_SEGMENTS;
  if (tensors.every(isName)) return;
  throw new ConvAtlasError(
    "malformed",
    `${fileName} is damaged: one of its tensors has a name longer than any network's; download or copy it again.`,
  );
}

function plannedLayer(name: string, tensor: NamedTensor, read: ReadWeight | undefined): LayerPlan {
  if (read === undefined) {
    return { name, reason: "weights do not have the shape of a convolution" };
  }
  return {
    name,
    operator: read.operator,
    axes: tensor.shape,
    layout: read.layout,
    groups: read.groups,
    stride: tensor.module?.stride ?? [1, 1],
    dilation: tensor.module?.dilation ?? [1, 1],
    graphNode: tensor.module?.graphNode ?? null,
    read: () => tensor.read(),
  };
}
