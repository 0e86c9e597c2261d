import { readTensorNumbers, type TensorFiles, type TensorNumbers } from "./tensorNumbers.ts";
import { applyStep, asFloats, dimensionsAfter } from "./weightSteps.ts";
import type { WeightSource } from "./weights.ts";

/**
 * Numbers of a weight as float32, row-major in the axes the convolution sees; null if scales
 * or factors do not fit the shape.
 */
export async function readWeight(
  { tensor, steps }: WeightSource,
  files: TensorFiles,
): Promise<Float32Array | null> {
  let numbers: TensorNumbers = await readTensorNumbers(tensor, files);
  let { dimensions } = tensor;
  for (const step of steps) {
    const after = await applyStep(step, numbers, dimensions, files);
    if (after === null) return null;
    numbers = after;
    dimensions = dimensionsAfter(step, dimensions);
  }
  return asFloats(numbers);
}
