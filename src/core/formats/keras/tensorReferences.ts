import { isObject, type JsonObject, listOf } from "./configValues.ts";

/** Deeper nesting of a call's arguments than any layer has; bounds the recursion. */
const MAX_DEPTH = 24;
/** What Keras 2 writes for the name of the layer where a constant stands. */
const CONSTANT = "_CONSTANT_VALUE";

/** An output of another layer: its name, which of its calls, which of its outputs. */
export interface TensorReference {
  readonly layer: string;
  readonly call: number;
  readonly output: number;
}

/** A number that stands among the arguments of a call where a tensor might. */
export interface CallConstant {
  /** How many tensors stand before it. */
  readonly after: number;
  readonly value: unknown;
}

/** What a call says besides its tensors. */
export interface CallSettings {
  /** Keyword arguments that are not tensors. */
  readonly keywords: JsonObject;
  readonly constants: readonly CallConstant[];
}

export const NO_SETTINGS: CallSettings = { keywords: {}, constants: [] };

/** One call of a layer. */
export interface LayerCall extends CallSettings {
  readonly inputs: readonly TensorReference[];
}

/** The calls listed in a layer's `inbound_nodes`, in Keras 2's or Keras 3's form. */
export function callsOf(inboundNodes: unknown): readonly LayerCall[] {
  return listOf(inboundNodes).map((node) => {
    const found: Found = { references: [], keywords: {}, constants: [] };
    collect(node, found, MAX_DEPTH);
    const { references: inputs, keywords, constants } = found;
    return { inputs, keywords, constants };
  });
}

/** References in a model's `input_layers` or `output_layers`. */
export function referencesIn(value: unknown): readonly TensorReference[] {
  const found: Found = { references: [], keywords: {}, constants: [] };
  collect(value, found, MAX_DEPTH);
  return found.references;
}

interface Found {
  readonly references: TensorReference[];
  readonly keywords: Record<string, unknown>;
  readonly constants: CallConstant[];
}

/**
 * Keras 2 writes a reference as ["layer", 0, 0] or ["layer", 0, 0, {keywords}], alone or
 * in lists, and as a keyword's value; Keras 3 as an object `__keras_tensor__` with the
 * same three entries as `keras_history`, anywhere among `args` and `kwargs`. A number in place
 * of a tensor is ["_CONSTANT_VALUE", -1, number, {keywords}] in Keras 2, itself in Keras 3.
 */
function collect(value: unknown, found: Found, depth: number): void {
  if (depth === 0) return;
  const { references, keywords, constants } = found;
  if (Array.isArray(value)) {
    const reference = asReference(value);
    if (reference === null) {
      if (value[0] === CONSTANT) constants.push({ after: references.length, value: value[2] });
      for (const item of value) collect(item, found, depth - 1);
      return;
    }
    if (reference.call >= 0) references.push(reference);
    else constants.push({ after: references.length, value: value[2] });
    collect(value[3], found, depth - 1);
  } else if (isObject(value)) {
    const history = isObject(value.config) ? value.config.keras_history : undefined;
    const reference = value.class_name === "__keras_tensor__" ? asReference(history) : null;
    if (reference !== null) {
      references.push(reference);
      return;
    }
    Object.assign(keywords, isObject(value.kwargs) ? value.kwargs : value);
    for (const argument of listOf(value.args)) {
      if (typeof argument === "number") {
        constants.push({ after: references.length, value: argument });
      }
      collect(argument, found, depth - 1);
    }
    for (const [name, item] of Object.entries(value)) {
      if (name !== "args") collect(item, found, depth - 1);
    }
  }
}

function asReference(value: unknown): TensorReference | null {
  const [layer, call, output] = listOf(value);
  const isReference =
    typeof layer === "string" && Number.isInteger(call) && Number.isInteger(output);
  return isReference ? { layer, call: Number(call), output: Number(output) } : null;
}
