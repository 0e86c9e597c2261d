import {
  boolAttribute,
  intAttribute,
  intsAttribute,
  layoutOf,
  paddingOf,
  spatialPair,
  textAttribute,
} from "../../formats/tensorflow/attributes.ts";
import {
  argument,
  concatenate,
  expandDimensions,
  fill,
  pad,
  type Reduction,
  reduce,
  reshape,
  shapeOf,
  squeeze,
  tile,
  transpose,
} from "./axisNodes.ts";
import { binary } from "./entryNodes.ts";
import { depthToSpace, pool, type ResizeParts, resize, spaceToDepth } from "./mapNodes.ts";
import { knownIntegers, type MapValue, storedFloats, storedIntegers } from "./mapValues.ts";
import { inputAt, integersAt, type NodeCall } from "./operatorCall.ts";
import { gather, pack, sliceOfSize, split, stridedSlice, unpack } from "./partNodes.ts";
import { Untranslatable } from "./untranslatable.ts";

const REDUCTIONS: ReadonlyMap<string, Reduction> = new Map([
  ["Max", "ReduceMax"],
  ["Mean", "ReduceMean"],
  ["Min", "ReduceMin"],
  ["Prod", "ReduceProd"],
  ["Sum", "ReduceSum"],
]);

const RESIZES: ReadonlyMap<string, ResizeParts["kind"]> = new Map([
  ["ResizeBicubic", "bicubic"],
  ["ResizeBilinear", "bilinear"],
  ["ResizeNearestNeighbor", "nearest"],
]);

/** Operators that know axes; null for any other. */
export function translateAxes(call: NodeCall): readonly MapValue[] | null {
  const { node, graph, inputs } = call;
  const label = node.name;
  const first = () => inputAt(call, 0);
  const data = inputs.filter((value) => value !== null);
  const reduction = REDUCTIONS.get(node.op);
  if (reduction !== undefined) return [reduced(call, reduction)];
  const kind = RESIZES.get(node.op);
  if (kind !== undefined) return [resized(call, kind)];
  switch (node.op) {
    case "MaxPool":
    case "MaxPoolV2":
    case "AvgPool":
      return [pooled(call)];
    case "ConcatV2":
      return [
        concatenate(graph, data.slice(0, -1), integersAt(call, data.length - 1, "axis")[0], label),
      ];
    case "Concat":
      return [concatenate(graph, data.slice(1), integersAt(call, 0, "axis")[0], label)];
    case "Pad":
      return [pad(graph, first(), inputAt(call, 1), { mode: "constant", label })];
    case "PadV2":
      return [
        pad(graph, first(), inputAt(call, 1), { mode: "constant", fill: inputAt(call, 2), label }),
      ];
    case "MirrorPad": {
      const mode = textAttribute(node, "mode") === "SYMMETRIC" ? "symmetric" : "reflect";
      return [pad(graph, first(), inputAt(call, 1), { mode, label })];
    }
    case "DepthToSpace":
    case "SpaceToDepth": {
      const block = intAttribute(node, "block_size", 1);
      const parts = { maps: first(), block, layout: layoutOf(node), label };
      return [node.op === "DepthToSpace" ? depthToSpace(graph, parts) : spaceToDepth(graph, parts)];
    }
    case "ArgMax":
    case "ArgMin":
      return [argument(graph, node.op, first(), integersAt(call, 1, "axis")[0], label)];
    default:
      return translateShapes(call) ?? translateParts(call);
  }
}

function translateShapes(call: NodeCall): readonly MapValue[] | null {
  const { node, graph } = call;
  const label = node.name;
  const first = () => inputAt(call, 0);
  switch (node.op) {
    case "Reshape":
      return [reshape(graph, first(), inputAt(call, 1), label)];
    case "Transpose":
      return [transpose(graph, first(), integersAt(call, 1, "order of axes"), label)];
    case "Squeeze": {
      const axes = intsAttribute(node, "squeeze_dims");
      const named = axes.length > 0 ? axes : intsAttribute(node, "axis");
      return [squeeze(graph, first(), named, label)];
    }
    case "ExpandDims":
      return [expandDimensions(graph, first(), integersAt(call, 1, "axis")[0], label)];
    case "Tile":
      return [tile(graph, first(), inputAt(call, 1), label)];
    case "Shape":
      return [shapeOf(graph, first(), label)];
    case "Rank": {
      const rank = first().dimensions?.length;
      if (rank === undefined) throw new Untranslatable("its axes are not known");
      return [storedIntegers(label, [rank], [])];
    }
    case "Fill":
    case "BroadcastTo": {
      const [shape, value] = node.op === "Fill" ? [0, 1] : [1, 0];
      return [fill(graph, inputAt(call, shape), inputAt(call, value), label)];
    }
    case "ZerosLike":
      return [
        binary(graph, "multiply", first(), storedFloats("zero", [], new Float32Array(1)), label),
      ];
    case "Range":
      return [rangeOf(call)];
    default:
      return null;
  }
}

function translateParts(call: NodeCall): readonly MapValue[] | null {
  const { node, graph, inputs } = call;
  const label = node.name;
  const first = () => inputAt(call, 0);
  const data = inputs.filter((value) => value !== null);
  const bits = (name: string) => intAttribute(node, name, 0);
  switch (node.op) {
    case "StridedSlice": {
      const [begin, end, strides] = [1, 2, 3].map((position) => inputAt(call, position));
      const parts = {
        ...{ begin, end, strides, label },
        beginMask: bits("begin_mask"),
        endMask: bits("end_mask"),
        ellipsisMask: bits("ellipsis_mask"),
        newAxisMask: bits("new_axis_mask"),
        shrinkMask: bits("shrink_axis_mask"),
      };
      return [stridedSlice(graph, first(), parts)];
    }
    case "Slice":
      return [sliceOfSize(graph, first(), inputAt(call, 1), inputAt(call, 2), label)];
    case "Split": {
      const parts = intAttribute(node, "num_split", 1);
      return split(graph, inputAt(call, 1), integersAt(call, 0, "axis")[0], parts, null, label);
    }
    case "SplitV": {
      const sizes = wholeSizes(
        first(),
        integersAt(call, 1, "sizes"),
        integersAt(call, 2, "axis")[0],
      );
      return split(graph, first(), integersAt(call, 2, "axis")[0], sizes.length, sizes, label);
    }
    case "Pack":
      return [pack(graph, data, intAttribute(node, "axis", 0), label)];
    case "Unpack":
      return unpack(
        graph,
        first(),
        intAttribute(node, "axis", 0),
        intAttribute(node, "num", 1),
        label,
      );
    case "Gather":
      return [gather(graph, first(), inputAt(call, 1), 0, label)];
    case "GatherV2": {
      const [axis] = inputs.length > 2 ? integersAt(call, 2, "axis") : [0];
      const batchAxes = intAttribute(node, "batch_dims", 0);
      return [gather(graph, first(), inputAt(call, 1), axis, label, batchAxes)];
    }
    default:
      return null;
  }
}

function reduced(call: NodeCall, reduction: Reduction): MapValue {
  const { graph, node } = call;
  const value = inputAt(call, 0);
  const axes = integersAt(call, 1, "list of axes");
  const numbers = knownIntegers(value);
  if (reduction === "ReduceProd" && numbers !== null && value.dimensions?.length === 1) {
    const total = numbers.reduce((product, number) => product * number, 1);
    return storedIntegers(node.name, [total], boolAttribute(node, "keep_dims") ? [1] : []);
  }
  return reduce(graph, reduction, value, axes, boolAttribute(node, "keep_dims"), node.name);
}

function resized(call: NodeCall, kind: ResizeParts["kind"]): MapValue {
  const { graph, node } = call;
  return resize(graph, {
    kind,
    maps: inputAt(call, 0),
    size: inputAt(call, 1),
    alignCorners: boolAttribute(node, "align_corners"),
    halfPixelCenters: boolAttribute(node, "half_pixel_centers"),
    label: node.name,
  });
}

function pooled(call: NodeCall): MapValue {
  const { graph, node } = call;
  const layout = layoutOf(node);
  // The second version takes its settings as inputs.
  const list = (name: string, position: number) =>
    node.op === "MaxPoolV2" ? integersAt(call, position, name) : intsAttribute(node, name);
  const window = spatialPair(list("ksize", 1), layout);
  const stride = spatialPair(list("strides", 2), layout);
  if (window === null || stride === null) throw new Untranslatable("its window is not known");
  return pool(graph, {
    kind: node.op === "AvgPool" ? "AveragePool" : "MaxPool",
    maps: inputAt(call, 0),
    window,
    stride,
    padding: paddingOf(node),
    layout,
    label: node.name,
  });
}

function wholeSizes(value: MapValue, sizes: readonly number[], axis: number): readonly number[] {
  const length = value.dimensions?.at(axis) ?? null;
  if (!sizes.includes(-1)) return sizes;
  if (length === null) throw new Untranslatable("the sizes of its parts are open");
  const rest = sizes.reduce((left, size) => (size === -1 ? left : left - size), length);
  return sizes.map((size) => (size === -1 ? rest : size));
}

/** Entries of a `Range` that a network numbers its axes or rows with. */
const LONGEST_RANGE = 4096;

function rangeOf(call: NodeCall): MapValue {
  const [[start], [limit], [step]] = [0, 1, 2].map((at) => integersAt(call, at, "length"));
  const count = Math.max(0, Math.ceil((limit - start) / step));
  if (!(count <= LONGEST_RANGE))
    throw new Untranslatable("it counts further than any network does");
  return storedIntegers(
    call.node.name,
    Array.from({ length: count }, (_, index) => start + index * step),
  );
}
