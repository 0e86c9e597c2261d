import type { ValueWindow } from "./image.ts";
import type { Scaling } from "./preprocessing.ts";

/** Means and deviations of the ImageNet pictures (0..1), red, green, blue: torchvision's. */
const IMAGENET_MEAN = [0.485, 0.456, 0.406] as const;
const IMAGENET_DEVIATION = [0.229, 0.224, 0.225] as const;

/** The number that a network gets for a value of the picture. */
export type ScaleValue = (value: number) => number;

/**
 * @param plane a placed picture's values without what is around it; for `standard`.
 * @param channel of the network, @param channels how many it has: ImageNet's colours differ.
 */
export function scaleFor(
  scaling: Scaling,
  window: ValueWindow,
  plane: Float32Array,
  channel: number,
  channels: number,
): ScaleValue {
  const { low, high } = window;
  const width = high > low ? high - low : 1;
  const clipped = (value: number) => Math.min(high, Math.max(low, value));
  const share = (value: number) => (clipped(value) - low) / width;
  switch (scaling) {
    case "unit":
      return share;
    case "symmetric":
      return (value) => 2 * share(value) - 1;
    case "byte":
      return (value) => 255 * share(value);
    case "raw":
      return (value) => value;
    case "standard": {
      const { mean, deviation } = momentsOf(plane, clipped);
      return (value) => (clipped(value) - mean) / deviation;
    }
    case "imagenet": {
      // Of a network that takes no colours, the mean of the three.
      const mean = channels === 3 ? IMAGENET_MEAN[channel] : average(IMAGENET_MEAN);
      const deviation = channels === 3 ? IMAGENET_DEVIATION[channel] : average(IMAGENET_DEVIATION);
      return (value) => (share(value) - mean) / deviation;
    }
  }
}

/** Deviation of all values (divided by their number); 1 where all are the same. */
function momentsOf(plane: Float32Array, clipped: ScaleValue) {
  let sum = 0;
  for (let pixel = 0; pixel < plane.length; pixel += 1) sum += clipped(plane[pixel]);
  const mean = plane.length === 0 ? 0 : sum / plane.length;
  let squares = 0;
  for (let pixel = 0; pixel < plane.length; pixel += 1) {
    squares += (clipped(plane[pixel]) - mean) ** 2;
  }
  const deviation = Math.sqrt(squares / Math.max(1, plane.length));
  return { mean, deviation: deviation > 0 ? deviation : 1 };
}

function average(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
