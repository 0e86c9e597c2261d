import { throwIfCancelled } from "../../errors.ts";
import type { Size2d } from "../../network/size2d.ts";
import type { LayerPlan } from "../readKernels.ts";
import { shownName } from "../shownName.ts";
import {
  convolutionKind,
  isConvolution,
  MEDIAPIPE_TRANSPOSED,
  weightInput,
} from "./convolutions.ts";
import { malformedTflite } from "./errors.ts";
import type { TfliteOperator, TfliteSubgraph, TfliteTensor } from "./model.ts";
import { layerName, withoutSharedScope } from "./names.ts";
import { dilationsOf, stridesOf } from "./operators.ts";
import type { SubgraphValues } from "./values.ts";
import { findWeight, readWeight, type WeightSource } from "./weights.ts";

export interface PlannedLayers {
  readonly plans: readonly LayerPlan[];
  /** Convolutions that apply weights that another one applies already. */
  readonly repeatedUses: number;
}

/** Plans the convolutions of all subgraphs, those of the first by their place in its graph. */
export class LayerPlanner {
  private readonly plans: LayerPlan[] = [];
  private readonly seen = new Set<string>();
  private repeatedUses = 0;
  private convolutions = 0;

  async addSubgraph(
    { operators }: TfliteSubgraph,
    values: SubgraphValues,
    graphNodes: ReadonlyMap<TfliteOperator, number>,
    signal: AbortSignal,
  ): Promise<void> {
    for (const operator of operators) {
      throwIfCancelled(signal);
      if (isConvolution(operator)) {
        await this.addConvolution(operator, values, graphNodes.get(operator) ?? null);
      }
    }
  }

  private async addConvolution(
    operator: TfliteOperator,
    values: SubgraphValues,
    graphNode: number | null,
  ): Promise<void> {
    const number = this.convolutions;
    this.convolutions += 1;
    const weight = await findWeight(weightInput(operator), values);
    const nameAfter = (weightTensor: TfliteTensor | null) => {
      const outputName = values.tensor(operator.outputs[0])?.name ?? "";
      return layerName(outputName, weightTensor?.name ?? "") ?? `conv_${number}`;
    };
    if (typeof weight === "string") {
      const name = nameAfter(values.tensor(weightInput(operator)));
      this.plans.push({ name, reason: weight });
      return;
    }
    const identity = identityOf(operator, weight);
    if (this.seen.has(identity)) {
      this.repeatedUses += 1;
      return;
    }
    this.seen.add(identity);
    const name = nameAfter(weight.tensor);
    this.plans.push(await planLayer(name, operator, weight, values, graphNode));
  }

  finish(): PlannedLayers {
    const names = withoutSharedScope(this.plans.map(({ name }) => name));
    return {
      plans: this.plans.map((plan, index) => ({ ...plan, name: names[index] })),
      repeatedUses: this.repeatedUses,
    };
  }
}

/** The same numbers read in the same way are one layer, in whatever subgraph it is used. */
function identityOf({ operator }: TfliteOperator, { data, axes, steps }: WeightSource): string {
  return `${operator} ${data.start} ${axes.join("x")} ${JSON.stringify(steps)}`;
}

async function planLayer(
  name: string,
  operator: TfliteOperator,
  weight: WeightSource,
  values: SubgraphValues,
  graphNode: number | null,
): Promise<LayerPlan> {
  const kind = convolutionKind(operator);
  if (kind === null || operator.operator.startsWith("CONV_3D")) {
    return { name, reason: "3-D convolution" };
  }
  const map = operator.inputs[kind.mapInput];
  const stated = dilationsOf(operator.operator, operator.options);
  const spread = await spreadOf(map, values);
  const dilation: Size2d = [stated[0] * spread[0], stated[1] * spread[1]];
  return {
    name,
    operator: kind.operator,
    axes: weight.axes,
    layout: kind.layout,
    groups: groupsOf(operator, weight.axes, values.tensor(map)?.dimensions[3] ?? null),
    stride: positive(strideOf(operator, map, values), "strides", name, values),
    dilation: positive(dilation, "dilations", name, values),
    graphNode,
    read: () => readWeight(weight, values),
  };
}

/** MediaPipe keeps the settings of its operator in a form of its own; the maps tell the stride. */
function strideOf(
  { operator, options, outputs }: TfliteOperator,
  map: number,
  values: SubgraphValues,
): Size2d {
  if (operator !== MEDIAPIPE_TRANSPOSED) return stridesOf(options);
  const received = values.tensor(map)?.shape ?? [];
  const made = values.tensor(outputs[0])?.shape ?? [];
  const [height, width] = [made[1] / received[1], made[2] / received[2]];
  return Number.isInteger(height) && Number.isInteger(width) ? [height, width] : [1, 1];
}

/** Old converters write a dilated convolution as SPACE_TO_BATCH_ND, convolution, and back. */
async function spreadOf(map: number, values: SubgraphValues): Promise<Size2d> {
  const before = values.producers.get(map);
  if (before?.operator !== "SPACE_TO_BATCH_ND") return [1, 1];
  const block = await values.shapeVector(before.inputs[1]);
  return block?.length === 2 ? [block[0], block[1]] : [1, 1];
}

/** Groups are not stated: they follow from the channels of the map and of the weights. */
function groupsOf(
  { operator, options }: TfliteOperator,
  axes: readonly number[],
  inChannels: number | null,
): number {
  switch (operator) {
    case "DEPTHWISE_CONV_2D":
      // The multiplier is redundant and not always right (schema.fbs, DepthwiseConv2DOptions).
      return inChannels ?? axes[3] / (options?.int32(3) || 1);
    case "CONV_2D":
      return inChannels === null ? 1 : inChannels / axes[3];
    default:
      return 1;
  }
}

function positive(
  steps: Size2d,
  what: "strides" | "dilations",
  name: string,
  { buffer }: SubgraphValues,
): Size2d {
  if (steps.every((step) => step >= 1)) return steps;
  throw malformedTflite(
    buffer.source,
    `the ${what} of its layer ${shownName(name)} are ${steps.join(" x ")}`,
  );
}
