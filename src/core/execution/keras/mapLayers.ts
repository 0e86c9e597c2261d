import { isPermutation } from "../../formats/arrays/permuteAxes.ts";
import { listOf, pair, positivePair, wholeNumber } from "../../formats/keras/configValues.ts";
import { shownName } from "../../formats/shownName.ts";
import type { AttributeValue } from "../onnxModel.ts";
import type { KerasValue } from "./kerasValue.ts";
import { inputOf, isSame, type LayerCall, mapsOf, refusal } from "./layerCall.ts";
import { samePadding } from "./padding.ts";

/** "To the end" for Slice. */
const TO_THE_END = Number.MAX_SAFE_INTEGER;

/** `MaxPooling2D`, `AveragePooling2D`; an average is of the places within the map alone. */
export async function pooling(call: LayerCall): Promise<KerasValue> {
  const maps = mapsOf(call);
  const size = positivePair(call.config.pool_size, [2, 2] as const);
  const stride = positivePair(call.config.strides, size);
  const attributes = {
    kernel_shape: { ints: size },
    strides: { ints: stride },
    ...(isSame(call) ? samePadding(call, { size, stride, dilation: [1, 1] }) : {}),
  };
  const operator = call.className.startsWith("Max") ? "MaxPool" : "AveragePool";
  return maps.made(call.graph.node(operator, [maps.name], call.name, attributes));
}

/** `GlobalMaxPooling2D`, `GlobalAveragePooling2D`. */
export async function globalPooling(call: LayerCall): Promise<KerasValue> {
  const { graph, name, config } = call;
  const maps = mapsOf(call);
  const operator = call.className.includes("Max") ? "GlobalMaxPool" : "GlobalAveragePool";
  if (config.keepdims === true) return maps.made(graph.node(operator, [maps.name], name));
  const pooled = graph.node(operator, [maps.name], `${name}/pooled`);
  const vector = graph.node("Flatten", [pooled], name, { axis: { int: 1 } });
  return { name: vector, rank: 2, isTurned: false };
}

/** `UpSampling2D`: rows and columns repeated, or lines between their centres. */
export async function upSampling(call: LayerCall): Promise<KerasValue> {
  const { graph, name, config } = call;
  const maps = mapsOf(call);
  const [height, width] = positivePair(config.size, [2, 2] as const);
  const scales = graph.builder.initializer(
    `${name}/scales`,
    [4],
    Float32Array.of(1, 1, height, width),
  );
  const atWholes = { coordinate_transformation_mode: { text: "asymmetric" } };
  const attributes = {
    ...interpolation(call, "nearest", { ...atWholes, nearest_mode: { text: "floor" } }),
    // tfjs-layers, convolutional.ts: resizeBilinear without half-pixel centres.
    ...(call.model.isOfTfjs ? atWholes : {}),
  };
  return maps.made(graph.node("Resize", [maps.name, "", scales], name, attributes));
}

/** `Resizing`, and `resize` as a function: to a height and width. */
export async function resizing(call: LayerCall, size: unknown): Promise<KerasValue> {
  const { graph, name, config } = call;
  const sides = positivePair(size, null);
  if (sides === null) throw refusal(call, "has a size that is not known");
  const odd = ["antialias", "crop_to_aspect_ratio", "pad_to_aspect_ratio", "preserve_aspect_ratio"];
  const settings = { ...config, ...call.settings.keywords };
  if (odd.some((setting) => settings[setting] === true)) {
    throw refusal(call, "resizes in a way that is not known");
  }
  const maps = mapsOf(call);
  const shape = graph.node("Shape", [maps.name], `${name}/shape`);
  const [zero, two] = [graph.integers(`${name}/zero`, [0]), graph.integers(`${name}/two`, [2])];
  const kept = graph.node("Slice", [shape, zero, two], `${name}/kept`);
  const sizes = graph.node(
    "Concat",
    [kept, graph.integers(`${name}/sides`, sides)],
    `${name}/size`,
    {
      axis: { int: 0 },
    },
  );
  const attributes = interpolation(call, "bilinear", {
    // floor((i + 0.5) * scale), as tf.image.resize takes the nearest.
    coordinate_transformation_mode: { text: "half_pixel" },
    nearest_mode: { text: "round_prefer_ceil" },
  });
  return maps.made(graph.node("Resize", [maps.name, "", "", sizes], name, attributes));
}

/** What a layer says of how it resizes; TensorFlow 2 has the centres of pixels at halves. */
function interpolation(
  call: LayerCall,
  otherwise: string,
  nearest: Readonly<Record<string, AttributeValue>>,
): Readonly<Record<string, AttributeValue>> {
  const { config, settings } = call;
  const { interpolation: stated = settings.keywords.method ?? config.method } = {
    ...config,
    ...settings.keywords,
  };
  switch (stated ?? otherwise) {
    case "nearest":
      return { mode: { text: "nearest" }, ...nearest };
    case "bilinear":
      return { mode: { text: "linear" }, coordinate_transformation_mode: { text: "half_pixel" } };
    default:
      throw refusal(call, `resizes in a way that is not known (${shownName(String(stated))})`);
  }
}

/** Rows and columns as [[top, bottom], [left, right]]; a layer may state one number or two. */
function sidesOf(call: LayerCall, value: unknown) {
  const symmetric = pair(value);
  const [rows, columns] = symmetric?.map((side) => [side, side]) ?? listOf(value).map(pair);
  if (rows == null || columns == null) throw refusal(call, "has sides that are not known");
  return { rows, columns };
}

/** `ZeroPadding2D`. */
export async function zeroPadding(call: LayerCall): Promise<KerasValue> {
  const { graph, name, config } = call;
  const maps = mapsOf(call);
  const { rows, columns } = sidesOf(call, config.padding ?? 1);
  const before = [0, 0, rows[0], columns[0]];
  const pads = graph.integers(`${name}/pads`, [...before, 0, 0, rows[1], columns[1]]);
  return maps.made(graph.node("Pad", [maps.name, pads], name, { mode: { text: "constant" } }));
}

/** `Cropping2D`. */
export async function cropping(call: LayerCall): Promise<KerasValue> {
  const { graph, name, config } = call;
  const maps = mapsOf(call);
  const { rows, columns } = sidesOf(call, config.cropping ?? 0);
  const ends = [rows[1], columns[1]].map((side) => (side === 0 ? TO_THE_END : -side));
  const inputs = [
    maps.name,
    graph.integers(`${name}/starts`, [rows[0], columns[0]]),
    graph.integers(`${name}/ends`, ends),
    graph.integers(`${name}/axes`, [2, 3]),
  ];
  return maps.made(graph.node("Slice", inputs, name));
}

/** `Flatten`: in Keras's order of numbers, channels last even of maps that have them first. */
export async function flatten(call: LayerCall): Promise<KerasValue> {
  const { graph, name, config } = call;
  const input = inputOf(call);
  const turnsFirst = config.data_format === "channels_first" && input.rank > 2;
  let numbers = graph.asKeras(input);
  if (turnsFirst) {
    const inner = Array.from({ length: input.rank - 2 }, (_, at) => at + 2);
    const perm = { ints: [0, ...inner, 1] };
    numbers = graph.node("Transpose", [numbers], `${name}/channels_last`, { perm });
  }
  const vector = graph.node("Flatten", [numbers], name, { axis: { int: 1 } });
  return { name: vector, rank: 2, isTurned: false };
}

/** `Reshape`: the batch stays. */
export async function reshape(call: LayerCall): Promise<KerasValue> {
  const { graph, name, config } = call;
  const input = inputOf(call);
  const lengths = listOf(config.target_shape).map((length) =>
    length === -1 || length === null ? -1 : wholeNumber(length),
  );
  const known = lengths.filter((length) => length !== null && length !== 0);
  const isShape = known.length === lengths.length && known.filter((one) => one === -1).length < 2;
  if (!isShape) throw refusal(call, "has a shape that is not known");
  const target = graph.integers(`${name}/target`, [0, ...known.map(Number)]);
  const made = graph.node("Reshape", [graph.asKeras(input), target], name);
  return { name: made, rank: known.length + 1, isTurned: false };
}

/** `Permute`: its axes count from 1, the batch left out. */
export async function permute(call: LayerCall): Promise<KerasValue> {
  const { graph, name, config } = call;
  const input = inputOf(call);
  const axes = [0, ...listOf(config.dims).map((axis) => wholeNumber(axis) ?? -1)];
  if (!isPermutation(axes, input.rank)) throw refusal(call, "has axes that are not known");
  const perm = { ints: axes };
  const made = graph.node("Transpose", [graph.asKeras(input)], name, { perm });
  return { name: made, rank: input.rank, isTurned: false };
}
