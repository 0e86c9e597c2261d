import { concatenate, reshape, softmax, squeeze } from "../tensorflow/axisNodes.ts";
import { normalizeLength } from "../tensorflow/denseNodes.ts";
import { binary, type UnaryOperator, unary } from "../tensorflow/entryNodes.ts";
import { type MapValue, storedFloats, storedIntegers } from "../tensorflow/mapValues.ts";
import { inputAt } from "../tensorflow/operatorCall.ts";
import { gather } from "../tensorflow/partNodes.ts";
import { type TfliteCall, withActivation } from "./tfliteCall.ts";

// Settings by field number: schema.fbs.

const UNARY: ReadonlyMap<string, UnaryOperator> = new Map([
  ["HARD_SWISH", "hardSwish"],
  ["RELU_0_TO_1", "relu0To1"],
  ["RELU_N1_TO_1", "relu1"],
]);

/**
 * Operators that TensorFlow does not have, or that take as a setting what is an input there; null
 * for any other.
 */
export async function translateOwn(call: TfliteCall): Promise<readonly MapValue[] | null> {
  const { graph, label, options, inputs, outputs } = call;
  const { operator } = call.operator;
  const first = () => inputAt(call, 0);
  const one = UNARY.get(operator);
  if (one !== undefined) return [unary(graph, one, first(), label)];
  switch (operator) {
    case "CONCATENATION": {
      const data = inputs.filter((value) => value !== null);
      return [withActivation(call, concatenate(graph, data, options?.int32(0) ?? 0, label), 1)];
    }
    case "GATHER": {
      const [axis, batchAxes] = [options?.int32(0) ?? 0, options?.int32(1) ?? 0];
      return [gather(graph, first(), inputAt(call, 1), axis, label, batchAxes)];
    }
    case "GELU":
      return [unary(graph, options?.int8(0) === 1 ? "geluByTanh" : "gelu", first(), label)];
    case "L2_NORMALIZATION":
      return [withActivation(call, normalizeLength(graph, first(), label), 0)];
    case "RESHAPE": {
      const stated = outputs[0].dimensions.map((length) => length ?? -1);
      const shape = inputs[1] ?? storedIntegers(`${label}_shape`, stated);
      return [reshape(graph, first(), shape, label)];
    }
    case "SOFTMAX":
      return [softmaxOf(call)];
    case "SQUEEZE":
      return [squeeze(graph, first(), (await options?.int32s(0)) ?? [], label)];
    default:
      return null;
  }
}

function softmaxOf(call: TfliteCall): MapValue {
  const { graph, label, options } = call;
  const beta = options?.float32(0) ?? 1;
  const value = inputAt(call, 0);
  const sharp = storedFloats("beta", [], Float32Array.of(beta));
  const scaled = beta === 1 ? value : binary(graph, "multiply", value, sharp, `${label}_scaled`);
  return softmax(graph, "Softmax", scaled, label);
}
