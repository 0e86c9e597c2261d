import { floatAt } from "./grid";

/** The kernels that are compared, and with how many features. */
export let kernelHeight: i32 = 0;
export let kernelWidth: i32 = 0;
export let features: i32 = 0;

export function setComparison(height: i32, width: i32, featureCount: i32): void {
  kernelHeight = height;
  kernelWidth = width;
  features = featureCount;
}

/** What distances of a kernel without a spectrum are. */
export function writeNotANumber(out: usize): void {
  for (let f = 0; f < features; f++) store<f32>(floatAt(out, f), f32.NaN);
}
