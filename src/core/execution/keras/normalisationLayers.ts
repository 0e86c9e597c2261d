import { permuteAxes } from "../../formats/arrays/permuteAxes.ts";
import { listOf } from "../../formats/keras/configValues.ts";
import { TO_CHANNELS_FIRST } from "../axisOrders.ts";
import { axisIn, type KerasValue } from "./kerasValue.ts";
import { inputOf, type LayerCall, numberOf, refusal } from "./layerCall.ts";
import type { WeightForm, WeightRole } from "./layerWeights.ts";

/** Keras's own for all three (keras/layers/normalization). */
const USUAL_EPSILON = 1e-3;
/** The least deviation that `Normalization` divides by (keras.backend.epsilon). */
const SMALLEST_DEVIATION = 1e-7;
/** `GroupNormalization` where its settings do not say. */
const USUAL_GROUPS = 32;

function epsilonOf({ config }: LayerCall): number {
  return numberOf(config.epsilon, USUAL_EPSILON);
}

/** The axes that a layer states; one alone where it states one. */
function axesOf({ config }: LayerCall): readonly number[] {
  const { axis = -1 } = config;
  const axes = Array.isArray(axis) ? listOf(axis) : [axis];
  return axes.map((one) => (typeof one === "number" ? one : Number.NaN));
}

/** The roles of gain and offset that a layer has, in the order of its weights. */
function affineRoles({ config }: LayerCall): readonly WeightRole[] {
  const gain: readonly WeightRole[] = config.scale === false ? [] : ["gamma"];
  return config.center === false ? gain : [...gain, "beta"];
}

/** `BatchNormalization` as it predicts: by the means and variances that training left, as a rule. */
export async function batchNormalization(call: LayerCall): Promise<KerasValue> {
  const { graph, name } = call;
  const input = inputOf(call);
  const [stated, ...others] = axesOf(call);
  const axis = axisIn(input, stated);
  if (axis === null || others.length > 0) throw refusal(call, "normalises over several axes");
  const roles: readonly WeightRole[] = [...affineRoles(call), "moving_mean", "moving_variance"];
  const numbers = async (role: WeightRole, otherwise: number) => {
    if (roles.includes(role)) return call.weights.numbers(role, roles);
    const [length] = call.weights.find("moving_mean", roles).shape;
    return new Float32Array(length).fill(otherwise);
  };
  if (usesOwnStatistics(call)) {
    const standard = standardised(call, input, axis);
    const [gamma, beta] = [await numbers("gamma", 1), await numbers("beta", 0)];
    return scaled(call, standard, axis, gamma, beta, "plain_");
  }
  if (axis === 1) {
    const vector = (role: WeightRole, otherwise = 0) =>
      call.weights.initializer(graph, role, async () => {
        const values = await numbers(role, otherwise);
        return { dimensions: [values.length], values };
      });
    const inputs = [
      input.name,
      await vector("gamma", 1),
      await vector("beta"),
      await vector("moving_mean"),
      await vector("moving_variance"),
    ];
    const attributes = { epsilon: { float: epsilonOf(call) } };
    return { ...input, name: graph.node("BatchNormalization", inputs, name, attributes) };
  }
  const mean = await numbers("moving_mean", 0);
  const variance = await numbers("moving_variance", 1);
  const gamma = await numbers("gamma", 1);
  const beta = await numbers("beta", 0);
  const gain = gamma.map((scale, at) => scale / Math.sqrt(variance[at] + epsilonOf(call)));
  const offset = beta.map((shift, at) => shift - mean[at] * gain[at]);
  return scaled(call, input, axis, gain, offset);
}

/**
 * Whether it normalises by what it is given, as it does while it is trained: networks that make
 * pictures of pictures are called with `training=True`. Frozen layers are not (TensorFlow 2).
 */
function usesOwnStatistics({ config, settings }: LayerCall): boolean {
  return settings.keywords.training === true && config.trainable !== false;
}

/** Mean 0 and variance 1 at each place along an axis, over all others. */
function standardised(call: LayerCall, input: KerasValue, axis: number): KerasValue {
  const { graph, name } = call;
  const others = Array.from({ length: input.rank }, (_, at) => at).filter((at) => at !== axis);
  const attributes = { axes: { ints: others }, keepdims: { int: 1 } };
  const mean = graph.node("ReduceMean", [input.name], `${name}/mean`, attributes);
  const difference = graph.node("Sub", [input.name, mean], `${name}/difference`);
  const square = graph.node("Mul", [difference, difference], `${name}/square`);
  const variance = graph.node("ReduceMean", [square], `${name}/variance`, attributes);
  const epsilon = graph.number(`${name}/epsilon`, epsilonOf(call));
  const raised = graph.node("Add", [variance, epsilon], `${name}/raised`);
  const deviation = graph.node("Sqrt", [raised], `${name}/deviation`);
  return { ...input, name: graph.node("Div", [difference, deviation], `${name}/standard`) };
}

/**
 * The value times `gain` plus `offset`, which have a number for each place along an axis.
 * @param form tells them from others of the same layer, which may be called in two ways.
 */
async function scaled(
  call: LayerCall,
  input: KerasValue,
  axis: number,
  gain: Float32Array,
  offset: Float32Array,
  form = "",
): Promise<KerasValue> {
  const { graph, name, weights } = call;
  const along = Array.from({ length: input.rank }, (_, at) => (at === axis ? gain.length : 1));
  const formed = (values: Float32Array) => async (): Promise<WeightForm> => ({
    dimensions: values.length === 1 ? [] : along,
    values,
  });
  const factor = await weights.initializer(graph, `${form}gain_${axis}`, formed(gain));
  const added = await weights.initializer(graph, `${form}offset_${axis}`, formed(offset));
  const product = graph.node("Mul", [input.name, factor], `${name}/scaled`);
  return { ...input, name: graph.node("Add", [product, added], name) };
}

/** `LayerNormalization` over the last axes. */
export async function layerNormalization(call: LayerCall): Promise<KerasValue> {
  const { graph, name, weights, config } = call;
  const input = inputOf(call);
  const axes = axesOf(call).map((axis) => (axis < 0 ? axis + input.rank : axis));
  const first = Math.min(...axes);
  const areLast = new Set(axes).size === input.rank - first && Math.max(...axes) < input.rank;
  if (!areLast || config.rms_scaling === true) {
    throw refusal(call, "normalises in a way that is not known");
  }
  const roles = affineRoles(call);
  const [known] = roles;
  if (known === undefined) throw refusal(call, "has neither a gain nor an offset");
  const { shape } = weights.find(known, roles);
  const gain = await weights.initializer(graph, "gamma", async () => ({
    dimensions: shape,
    values: roles.includes("gamma")
      ? await weights.numbers("gamma", roles)
      : (await weights.numbers(known, roles)).map(() => 1),
  }));
  const inputs = [graph.asKeras(input), gain];
  if (roles.includes("beta")) {
    const form = async () => ({
      dimensions: shape,
      values: await weights.numbers("beta", roles),
    });
    inputs.push(await weights.initializer(graph, "beta", form));
  }
  const made = graph.node("LayerNormalization", inputs, name, {
    axis: { int: first },
    epsilon: { float: epsilonOf(call) },
  });
  return { ...input, name: made, isTurned: false };
}

/** `GroupNormalization` of maps: each group of channels over all places of the map. */
export async function groupNormalization(call: LayerCall): Promise<KerasValue> {
  const { graph, name, weights, config } = call;
  const input = inputOf(call);
  const axis = axisIn(input, numberOf(config.axis, -1));
  const roles = affineRoles(call);
  const [known] = roles;
  if (input.rank !== 4 || known === undefined) {
    throw refusal(call, "normalises in a way that is not known");
  }
  const isFirst = axis === 1;
  const maps = isFirst ? input.name : graph.asTurned(input);
  const [channels] = weights.find(known, roles).shape;
  const stated = numberOf(config.groups, USUAL_GROUPS);
  const groups = stated === -1 ? channels : stated;
  if (groups < 1 || !Number.isInteger(channels / groups))
    throw refusal(call, "has groups that do not fit");
  const constant = (what: string, value: number) =>
    graph.builder.initializer(`${name}/${what}`, [groups], new Float32Array(groups).fill(value));
  const shape = graph.node("Shape", [maps], `${name}/shape`);
  const apart = graph.integers(`${name}/apart`, [0, groups, -1]);
  const grouped = graph.node("Reshape", [maps, apart], `${name}/grouped`);
  const inputs = [grouped, constant("ones", 1), constant("zeros", 0)];
  const normal = graph.node("InstanceNormalization", inputs, `${name}/normal`, {
    epsilon: { float: epsilonOf(call) },
  });
  let made = graph.node("Reshape", [normal, shape], `${name}/normalised`);
  for (const role of roles) {
    const form = async () => ({
      dimensions: [channels, 1, 1],
      values: await weights.numbers(role, roles),
    });
    const operand = await weights.initializer(graph, role, form);
    const step = role === roles.at(-1) ? name : `${name}/scaled`;
    made = graph.node(role === "gamma" ? "Mul" : "Add", [made, operand], step);
  }
  return { name: made, rank: 4, isTurned: isFirst ? input.isTurned : true };
}

/** `Rescaling`: scale and offset, of all or of each channel. */
export async function rescaling(call: LayerCall): Promise<KerasValue> {
  const input = inputOf(call);
  const scale = numbersOf(call.config.scale, 1);
  const offset = numbersOf(call.config.offset, 0);
  return alongLast(call, input, scale, offset);
}

/** `Normalization`: by a mean and variance of the data, of all or of each channel. */
export async function normalization(call: LayerCall): Promise<KerasValue> {
  const { config, weights } = call;
  const input = inputOf(call);
  const axes = config.axis === null ? [] : axesOf(call);
  const isKnown = axes.every((axis) => axis === -1 || axis === input.rank - 1) && axes.length < 2;
  if (!isKnown || config.invert === true) {
    throw refusal(call, "normalises in a way that is not known");
  }
  const roles: readonly WeightRole[] = ["mean", "variance"];
  const isStated = config.mean !== undefined && config.mean !== null;
  const mean = isStated ? numbersOf(config.mean, 0) : await weights.numbers("mean", roles);
  const variance = isStated
    ? numbersOf(config.variance, 1)
    : await weights.numbers("variance", roles);
  const gain = Float32Array.from(
    variance,
    (square) => 1 / Math.max(Math.sqrt(square), SMALLEST_DEVIATION),
  );
  const offset = Float32Array.from(mean, (value, at) => -value * gain[at % gain.length]);
  return alongLast(call, input, gain, offset);
}

/** Deeper lists than a mean of maps stands in: [[[[...]]]]. */
const MAX_LISTS = 4;

/** One number, or one for each place along the last axis, in a list or in lists of one. */
function numbersOf(value: unknown, otherwise: number): Float32Array {
  const flat = listOf(value).flat(MAX_LISTS);
  const numbers = flat.filter((one) => typeof one === "number");
  if (numbers.length > 0 && numbers.length === flat.length) return Float32Array.from(numbers);
  return Float32Array.of(numberOf(value, otherwise));
}

async function alongLast(
  call: LayerCall,
  input: KerasValue,
  gain: Float32Array,
  offset: Float32Array,
): Promise<KerasValue> {
  const axis = axisIn(input, -1) ?? 0;
  const length = Math.max(gain.length, offset.length);
  const full = (numbers: Float32Array) =>
    numbers.length === 1 ? new Float32Array(length).fill(numbers[0]) : numbers;
  return scaled(call, input, axis, full(gain), full(offset));
}

/** `PReLU`: a slope for each place of the map, or one for all along its shared axes. */
export async function parametricRelu(call: LayerCall): Promise<KerasValue> {
  const { graph, name, weights } = call;
  const input = inputOf(call);
  const { shape } = weights.find("alpha", ["alpha"]);
  if (shape.length !== input.rank - 1) throw refusal(call, "has slopes of another shape");
  const form = input.isTurned ? "alpha_channels_first" : "alpha";
  const slopes = await weights.initializer(graph, form, async () => {
    const values = await weights.numbers("alpha", ["alpha"]);
    if (!input.isTurned) return { dimensions: shape, values };
    const order = TO_CHANNELS_FIRST.slice(1).map((axis) => axis - 1);
    return {
      dimensions: order.map((axis) => shape[axis]),
      values: permuteAxes(values, shape, order),
    };
  });
  return { ...input, name: graph.node("PRelu", [input.name, slopes], name) };
}
