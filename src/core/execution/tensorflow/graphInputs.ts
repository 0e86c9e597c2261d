import { layoutOf, statedShape, typeAttribute } from "../../formats/tensorflow/attributes.ts";
import { convolutionKind } from "../../formats/tensorflow/convolutions.ts";
import { floatType, integerType } from "../../formats/tensorflow/dataTypes.ts";
import type { TensorFlowNode } from "../../formats/tensorflow/graphDef.ts";
import type { NodeTable } from "../../formats/tensorflow/nodeTable.ts";
import type { Weight } from "../../formats/tensorflow/weights.ts";
import type { Dimensions } from "../../network/graph.ts";
import type { AxisLength, ElementType } from "../onnxModel.ts";
import type { MapGraph } from "./mapGraph.ts";
import { computed, type MapValue, storedFloats, storedIntegers } from "./mapValues.ts";
import { Untranslatable } from "./untranslatable.ts";

/** Nodes between an image and its first convolution. */
const MAX_STEPS = 16;

/** Axes of an image, by name where their length is open. */
const AXES = {
  channelsLast: ["batch", "height", "width", "channels"],
  channelsFirst: ["batch", "channels", "height", "width"],
} as const;

interface Placed {
  readonly value: MapValue;
  readonly remark: string | null;
}

/** What a placeholder stands for: an image, or a setting of training that has its value at rest. */
export function placeholderValue(
  graph: MapGraph,
  node: TensorFlowNode,
  table: NodeTable,
  weightOf: (convolution: TensorFlowNode) => Weight | undefined,
): Placed {
  const type = typeAttribute(node, "dtype") ?? typeAttribute(node, "T") ?? "DT_FLOAT";
  const { name } = node;
  if (type === "DT_BOOL") {
    const remark = `The switch ${name} is off, as it is when a trained network is used.`;
    return { value: storedIntegers(name, [0], []), remark };
  }
  const share = restingShare(node);
  if (share !== null) {
    const remark = `The share ${name} is ${share}: nothing is dropped when a trained network is used.`;
    return { value: storedFloats(name, [], Float32Array.of(share)), remark };
  }
  const stated = statedShape(node);
  if (stated !== null && stated.length !== 4) {
    throw new Untranslatable(`its input has ${stated.length} axes instead of those of an image`);
  }
  const elements = inputElements(type);
  const first = firstKernels(node, table, weightOf);
  const axes = AXES[first?.layout ?? "channelsLast"];
  const dimensions = imageDimensions(stated ?? [null, null, null, null], first);
  const lengths = dimensions.map((length, axis): AxisLength => length ?? `${name}_${axes[axis]}`);
  const input = graph.builder.input(name, elements, lengths);
  if (elements === "float32") return { value: computed(input, dimensions), remark: null };
  const floats = graph.node("Cast", [input], `${name}_floats`, { attributes: { to: { int: 1 } } });
  return { value: computed(floats, dimensions), remark: null };
}

/**
 * What a placeholder of dropout holds when nothing is dropped: 1 for the share that is kept, 0 for
 * that which is not; null for any other, such as the image that a first layer of dropout takes.
 */
export function restingShare(node: TensorFlowNode): 0 | 1 | null {
  const stated = statedShape(node);
  const isNumber = stated === null ? !/input|image/i.test(node.name) : stated.length === 0;
  if (node.op !== "Placeholder" || !isNumber) return null;
  if (/keep|retain/i.test(node.name)) return 1;
  return /drop/i.test(node.name) ? 0 : null;
}

/** Pictures of whole numbers are taken as such, and are numbers like others from there on. */
function inputElements(type: string): Extract<ElementType, "float32" | "uint8" | "int8" | "int32"> {
  if (floatType(type) !== null) return "float32";
  const integer = integerType(type);
  if (integer === null) throw new Untranslatable(`its input is of type ${type}`);
  if (integer.bytes === 1) return integer.isSigned ? "int8" : "uint8";
  return "int32";
}

/** One image at a time; channels that the file leaves open are those of the first kernels. */
function imageDimensions(stated: Dimensions, first: FirstKernels | null): Dimensions {
  const channelAxis = first?.layout === "channelsFirst" ? 1 : 3;
  return stated.map((length, axis) => {
    if (axis === 0) return length ?? 1;
    return axis === channelAxis ? (length ?? first?.channels ?? null) : length;
  });
}

/** What the first convolution says of the image that reaches it. */
interface FirstKernels {
  readonly channels: number;
  /** Of the image: a `Transpose` on the way turns it. */
  readonly layout: keyof typeof AXES;
}

function firstKernels(
  start: TensorFlowNode,
  table: NodeTable,
  weightOf: (convolution: TensorFlowNode) => Weight | undefined,
): FirstKernels | null {
  let reached = [{ node: start, isTurned: false }];
  for (let step = 0; step < MAX_STEPS; step += 1) {
    reached = reached
      .flatMap(({ node, isTurned }) =>
        table.consumers(node).map((next) => ({
          node: next,
          isTurned: (next.op === "Transpose") !== isTurned,
        })),
      )
      .slice(0, MAX_STEPS);
    for (const { node, isTurned } of reached) {
      const shape = convolutionKind(node) === null ? undefined : weightOf(node)?.shape;
      if (shape?.length !== 4) continue;
      const isFirst = (layoutOf(node) === "channelsFirst") !== isTurned;
      return { channels: shape[2], layout: isFirst ? "channelsFirst" : "channelsLast" };
    }
  }
  return null;
}
