import { isObject, type JsonObject, listOf } from "../../formats/keras/configValues.ts";
import { inKeras2Words } from "../../formats/keras/kerasOne.ts";
import { plainClassName } from "../../formats/keras/modelConfig.ts";
import { shownName } from "../../formats/shownName.ts";
import type { KerasGraph } from "./kerasGraph.ts";
import { axisIn, type KerasValue } from "./kerasValue.ts";
import { type LayerCall, numberOf, refusal } from "./layerCall.ts";

/** What a function is written with: names of its operand and of its result. */
interface Application {
  readonly graph: KerasGraph;
  readonly input: string;
  readonly name: string;
  readonly value: KerasValue;
  readonly isKeras3: boolean;
  readonly settings: JsonObject;
}

/** The name of the result; null where the function cannot be applied to such a value. */
type ActivationFunction = (application: Application) => string | null;

/** tensorflow/python/ops/nn_ops.py and keras/src/activations: the slope where none is stated. */
const USUAL_LEAK = 0.2;

const operator =
  (onnx: string): ActivationFunction =>
  ({ graph, input, name }) =>
    graph.node(onnx, [input], name);

/** Along one axis, or over several at once, which only the layer `Softmax` states. */
const softmax: ActivationFunction = (application) => {
  const { graph, input, name, value, settings } = application;
  const stated = listOf(settings.axis);
  if (stated.length < 2) return alongOneAxis("Softmax")(application);
  const axes = stated.map((axis) => axisIn(value, numberOf(axis, Number.NaN)));
  const known = axes.filter((axis) => axis !== null);
  if (known.length < axes.length) return null;
  const attributes = { axes: { ints: known }, keepdims: { int: 1 } };
  const largest = graph.node("ReduceMax", [input], `${name}/largest`, attributes);
  const beside = graph.node("Sub", [input, largest], `${name}/beside_largest`);
  const raised = graph.node("Exp", [beside], `${name}/raised`);
  const operands = [raised, graph.integers(`${name}/axes`, known)];
  const sum = graph.node("ReduceSum", operands, `${name}/sum`, { keepdims: { int: 1 } });
  return graph.node("Div", [raised, sum], name);
};

const alongOneAxis =
  (onnx: "Softmax" | "LogSoftmax"): ActivationFunction =>
  ({ graph, input, name, value, settings }) => {
    const [stated = settings.axis] = listOf(settings.axis);
    const axis = axisIn(value, numberOf(stated, -1));
    return axis === null ? null : graph.node(onnx, [input], name, { axis: { int: axis } });
  };

/** x * sigmoid(x) and its like: the operand times what `gate` makes of it. */
const gated =
  (gate: ActivationFunction): ActivationFunction =>
  (application) => {
    const { graph, input, name } = application;
    const opened = gate({ ...application, name: `${name}/gate` });
    return opened === null ? null : graph.node("Mul", [input, opened], name);
  };

const hardSigmoid =
  (slope: number): ActivationFunction =>
  ({ graph, input, name }) =>
    graph.node("HardSigmoid", [input], name, { alpha: { float: slope }, beta: { float: 0.5 } });

/** 0.2 x + 0.5 until Keras 2 (keras/backend), x / 6 + 0.5 in Keras 3 (keras/src/activations). */
const hardSigmoidOfVersion: ActivationFunction = (application) =>
  hardSigmoid(application.isKeras3 ? 1 / 6 : 0.2)(application);

const gelu: ActivationFunction = ({ graph, input, name, settings }) => {
  const constant = (what: string, value: number) => graph.number(`${name}/${what}`, value);
  const one = constant("one", 1);
  let curve: string;
  if (settings.approximate === true) {
    // Hendrycks, Gimpel, Gaussian Error Linear Units, arXiv 1606.08415, section 2.
    const cube = graph.node("Mul", [input, graph.node("Mul", [input, input], name)], name);
    const bent = graph.node("Mul", [cube, constant("cubic", 0.044715)], name);
    const sum = graph.node("Add", [input, bent], name);
    const scaled = graph.node("Mul", [sum, constant("scale", Math.sqrt(2 / Math.PI))], name);
    curve = graph.node("Tanh", [scaled], `${name}/curve`);
  } else {
    const scaled = graph.node("Mul", [input, constant("scale", Math.SQRT1_2)], `${name}/scaled`);
    curve = graph.node("Erf", [scaled], `${name}/curve`);
  }
  const half = graph.node("Mul", [input, constant("half", 0.5)], `${name}/half_input`);
  return graph.node("Mul", [half, graph.node("Add", [curve, one], `${name}/gate`)], name);
};

/** Keras 3 and TensorFlow say `negative_slope`, `alpha`, or nothing. */
const leakyRelu: ActivationFunction = ({ graph, input, name, settings }) => {
  const slope = numberOf(settings.negative_slope ?? settings.alpha, USUAL_LEAK);
  return graph.node("LeakyRelu", [input], name, { alpha: { float: slope } });
};

/** With a limit, a slope below the threshold, and a threshold, as keras.activations.relu. */
const relu: ActivationFunction = ({ graph, input, name, settings }) => {
  const slope = numberOf(settings.negative_slope ?? settings.alpha, 0);
  const threshold = numberOf(settings.threshold, 0);
  const limit = settings.max_value;
  const constant = (what: string, value: number) => graph.number(`${name}/${what}`, value);
  const isLimited = typeof limit === "number" || isObject(limit);
  const inner = isLimited ? `${name}/unlimited` : name;
  let made: string;
  if (threshold !== 0) {
    const from = constant("threshold", threshold);
    const less = graph.node("Sub", [input, from], `${name}/beyond`);
    const below = graph.node("Mul", [less, constant("slope", slope)], `${name}/below`);
    const isAbove = graph.node("GreaterOrEqual", [input, from], `${name}/is_above`);
    made = graph.node("Where", [isAbove, input, below], inner);
  } else if (slope !== 0) {
    made = graph.node("LeakyRelu", [input], inner, { alpha: { float: slope } });
  } else {
    made = graph.node("Relu", [input], inner);
  }
  if (!isLimited) return made;
  return graph.node("Min", [made, constant("limit", numberOf(limit, 0))], name);
};

const clipped =
  (low: number, high: number): ActivationFunction =>
  ({ graph, input, name }) =>
    graph.node(
      "Clip",
      [input, graph.number(`${name}/low`, low), graph.number(`${name}/high`, high)],
      name,
    );

/** keras/src/activations/activations.py and keras/activations.py; a map, since a file names them. */
const FUNCTIONS: ReadonlyMap<string, ActivationFunction> = new Map([
  ["relu", relu],
  ["relu6", clipped(0, 6)],
  ["leaky_relu", leakyRelu],
  ["leakyrelu", leakyRelu],
  [
    "elu",
    ({ graph, input, name, settings }) =>
      graph.node("Elu", [input], name, { alpha: { float: numberOf(settings.alpha, 1) } }),
  ],
  ["selu", operator("Selu")],
  ["sigmoid", operator("Sigmoid")],
  ["hard_sigmoid", hardSigmoidOfVersion],
  ["tanh", operator("Tanh")],
  ["hard_tanh", clipped(-1, 1)],
  ["softmax", softmax],
  ["log_softmax", alongOneAxis("LogSoftmax")],
  ["softplus", operator("Softplus")],
  ["softsign", operator("Softsign")],
  ["swish", gated(operator("Sigmoid"))],
  ["silu", gated(operator("Sigmoid"))],
  ["hard_silu", gated(hardSigmoid(1 / 6))],
  ["hard_swish", gated(hardSigmoid(1 / 6))],
  [
    "mish",
    gated(({ graph, input, name }) =>
      graph.node("Tanh", [graph.node("Softplus", [input], `${name}/softplus`)], name),
    ),
  ],
  ["gelu", gelu],
  // What TensorFlow.js calls the approximation.
  ["gelu_new", (application) => gelu({ ...application, settings: { approximate: true } })],
  ["exponential", operator("Exp")],
]);

/** Layers that are functions with settings, by class; what they are as a function. */
const ACTIVATION_LAYERS: ReadonlyMap<string, string> = new Map([
  ["ReLU", "relu"],
  ["LeakyReLU", "leaky_relu"],
  ["ELU", "elu"],
  ["Softmax", "softmax"],
]);
/** The slope of the layer LeakyReLU where its settings state none. */
const USUAL_LAYER_LEAK = 0.3;

/** An activation by its name, with its settings. */
export interface Activation {
  readonly name: string;
  readonly settings: JsonObject;
}

/**
 * What a setting `activation` means: a name, a function with a name, or a layer in its place.
 * Null for none.
 */
export function activationIn(call: LayerCall): Activation | null {
  const { activation: stated } = call.config;
  if (stated === undefined || stated === null) return null;
  const activation = typeof stated === "string" ? named(stated) : serialized(stated);
  if (activation === null) throw refusal(call, "has an activation that is not known");
  return activation.name === "linear" ? null : activation;
}

function named(name: string): Activation {
  return { name: plainClassName(name), settings: {} };
}

function serialized(stated: unknown): Activation | null {
  if (!isObject(stated)) return null;
  const { config } = stated;
  const className = plainClassName(stated.class_name);
  if (typeof config === "string") return named(config);
  if (!isObject(config)) return null;
  return layerActivation(className, config) ?? { name: className, settings: config };
}

/** The function that a layer of this class computes; null for all other classes. */
export function layerActivation(className: string, stated: JsonObject): Activation | null {
  const name = ACTIVATION_LAYERS.get(className);
  if (name === undefined) return null;
  const config = inKeras2Words(stated);
  const isBare = config.negative_slope === undefined && config.alpha === undefined;
  const settings =
    className === "LeakyReLU" && isBare ? { ...config, alpha: USUAL_LAYER_LEAK } : config;
  return { name, settings };
}

/** True for a name that `activate` knows. */
export function isActivation(name: string): boolean {
  return FUNCTIONS.has(name);
}

/** Applies an activation; the result is called `name`. */
export function activate(
  call: LayerCall,
  value: KerasValue,
  { name: wanted, settings }: Activation,
  name = call.name,
): KerasValue {
  const { graph, model } = call;
  const { isKeras3 } = model;
  const apply = FUNCTIONS.get(wanted);
  const made = apply?.({ graph, input: value.name, name, value, isKeras3, settings }) ?? null;
  if (made === null) throw refusal(call, `has the activation “${shownName(wanted)}”`);
  return { ...value, name: made };
}
