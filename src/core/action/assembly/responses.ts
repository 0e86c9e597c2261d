import { features, kernelHeight, kernelWidth, writeNotANumber } from "./comparison";
import { floatAt, lastPairedRow, rows, squares, stride, values } from "./grid";
import { meanDifference, normaliseSquares, scaleKernel, squaredResponse } from "./response";

// Responses at the same frequency.

/** Normalised response of one 3x3 feature, laid out as the grid's squares are. */
export function writeFeatureResponse(feature: usize, response: usize): void {
  scaleKernel(feature, 9);
  normaliseSquares(squaredResponse(3, 3));
  memory.copy(response, squares, (<usize>(rows * stride)) << 2);
}

/**
 * The least distance over the turned forms of a feature.
 *
 * @param forms per feature the number of its turned forms (int32).
 * @param responses of all forms, one after the other, `responseBytes` apart.
 */
export function responseDistances(
  kernels: usize,
  count: i32,
  forms: usize,
  responses: usize,
  responseBytes: usize,
  out: usize,
): void {
  const entries = kernelHeight * kernelWidth;
  for (let k = 0; k < count; k++, out = floatAt(out, features)) {
    if (!scaleKernel(floatAt(kernels, k * entries), entries)) {
      writeNotANumber(out);
      continue;
    }
    normaliseSquares(squaredResponse(kernelHeight, kernelWidth));
    let form = responses;
    for (let f = 0; f < features; f++) {
      let least = f32.MAX_VALUE;
      const turned = load<i32>(floatAt(forms, f));
      for (let t = 0; t < turned; t++, form += responseBytes) {
        least = min(least, meanDifference(form, lastPairedRow, values));
      }
      store<f32>(floatAt(out, f), least);
    }
  }
}
