import { isObject, type JsonObject, listOf } from "./configValues.ts";

/** Deeper nesting of a call's arguments than any layer has; bounds the recursion. */
const MAX_DEPTH = 24;

/** An output of another layer: its name, which of its calls, which of its outputs. */
export interface TensorReference {
  readonly layer: string;
  readonly call: number;
  readonly output: number;
}

/** One call of a layer. */
export interface LayerCall {
  readonly inputs: readonly TensorReference[];
  /** Keyword arguments that are not tensors. */
  readonly keywords: JsonObject;
}

/** The calls listed in a layer's `inbound_nodes`, in Keras 2's or Keras 3's form. */
export function callsOf(inboundNodes: unknown): readonly LayerCall[] {
  return listOf(inboundNodes).map((node) => {
    const inputs: TensorReference[] = [];
    const keywords: Record<string, unknown> = {};
    collect(node, inputs, keywords, MAX_DEPTH);
    return { inputs, keywords };
  });
}

/** References in a model's `input_layers` or `output_layers`. */
export function referencesIn(value: unknown): readonly TensorReference[] {
  const found: TensorReference[] = [];
  collect(value, found, {}, MAX_DEPTH);
  return found;
}

/**
 * Keras 2 writes a reference as ["layer", 0, 0] or ["layer", 0, 0, {keywords}], alone or
 * in lists, and as a keyword's value; Keras 3 as an object `__keras_tensor__` with the
 * same three entries as `keras_history`, anywhere among `args` and `kwargs`.
 */
function collect(
  value: unknown,
  found: TensorReference[],
  keywords: Record<string, unknown>,
  depth: number,
): void {
  if (depth === 0) return;
  if (Array.isArray(value)) {
    const reference = asReference(value);
    if (reference === null) {
      for (const item of value) collect(item, found, keywords, depth - 1);
      return;
    }
    if (reference.call >= 0) found.push(reference);
    collect(value[3], found, keywords, depth - 1);
  } else if (isObject(value)) {
    const history = isObject(value.config) ? value.config.keras_history : undefined;
    const reference = value.class_name === "__keras_tensor__" ? asReference(history) : null;
    if (reference !== null) {
      found.push(reference);
      return;
    }
    Object.assign(keywords, isObject(value.kwargs) ? value.kwargs : value);
    for (const item of Object.values(value)) collect(item, found, keywords, depth - 1);
  }
}

function asReference(value: unknown): TensorReference | null {
  const [layer, call, output] = listOf(value);
  const isReference =
    typeof layer === "string" && Number.isInteger(call) && Number.isInteger(output);
  return isReference ? { layer, call: Number(call), output: Number(output) } : null;
}
