import { describe, expect, it } from "vitest";
import { POSTER_FEATURES } from "../../../src/core/features/clinicalKernels.ts";
import { chanceLikeness } from "../../../src/core/maps/chanceLikeness.ts";
import {
  type ChannelMap,
  filteredMap,
  type KernelMovement,
} from "../../../src/core/maps/filteredMap.ts";
import { mapCorrelation } from "../../../src/core/maps/mapCorrelation.ts";
import type { Size2d } from "../../../src/core/network/size2d.ts";
import { SeededRandom } from "../../../src/core/random/seededRandom.ts";
import { bestFit } from "../../../src/core/values/bestFit.ts";
import { embedFeatures } from "../../../src/core/values/embedFeature.ts";
import { ORIENTATIONS, orientedKernel } from "../../../src/core/values/orientations.ts";

const SIDE = 24;

function pictureOf(value: (x: number, y: number) => number): ChannelMap {
  const values = new Float32Array(SIDE * SIDE);
  for (let at = 0; at < values.length; at++) values[at] = value(at % SIDE, Math.floor(at / SIDE));
  return { height: SIDE, width: SIDE, values };
}

function movementOf(kernelSize: Size2d, stride: Size2d = [1, 1]): KernelMovement {
  return {
    operator: "Conv2d",
    kernelSize,
    stride,
    dilation: [1, 1],
    padding: [(kernelSize[0] - 1) / 2, (kernelSize[1] - 1) / 2],
    outputSize: [SIDE / stride[0], SIDE / stride[1]],
  };
}

const random = new SeededRandom(7);
const noise = pictureOf(() => random.normal());
const smooth = pictureOf((x, y) => Math.exp(-((x - 12) ** 2 + (y - 11) ** 2) / 60));

/** The slow way: every map is made. */
function slowLikenesses(input: ChannelMap, movement: KernelMovement): number[] {
  const { kernelSize } = movement;
  const draws = new SeededRandom(1);
  const likenesses = Array.from({ length: 1000 }, () => {
    const kernel = Float64Array.from({ length: kernelSize[0] * kernelSize[1] }, () =>
      draws.normal(),
    );
    const own = filteredMap(input, kernel, movement).values;
    const sizes = POSTER_FEATURES.map((feature) => {
      const fit = bestFit(kernel, kernelSize, [feature]);
      const at = ORIENTATIONS.indexOf(fit?.orientation ?? "as it is");
      const turned = { ...feature, kernel: orientedKernel(feature.kernel, at) };
      const made = filteredMap(input, embedFeatures([turned], kernelSize), movement).values;
      return Math.abs(mapCorrelation(own, made) ?? 0);
    });
    return Math.max(...sizes);
  });
  return likenesses.sort((a, b) => a - b);
}

describe("how alike to a filter random kernels come out", () => {
  it.each([
    ["noise", noise, movementOf([3, 3])],
    ["a smooth picture", smooth, movementOf([3, 3])],
    ["a smooth picture in strides", smooth, movementOf([3, 3], [2, 2])],
    ["noise, 5 x 5", noise, movementOf([5, 5])],
  ] as const)("is what making every map tells: %s", (_name, input, movement) => {
    const slow = slowLikenesses(input, movement);
    const found = chanceLikeness(input, movement, POSTER_FEATURES);
    expect(found?.draws).toBe(1000);
    expect(found?.median).toBeCloseTo(slow[500], 5);
    expect(found?.upper).toBeCloseTo(slow[949], 5);
  });

  it("is more on a smooth picture than on noise", () => {
    const onNoise = chanceLikeness(noise, movementOf([3, 3]), POSTER_FEATURES);
    const onSmooth = chanceLikeness(smooth, movementOf([3, 3]), POSTER_FEATURES);
    expect(onSmooth?.median).toBeGreaterThan(0.95);
    expect(onNoise?.median).toBeLessThan(0.8);
  });

  it("is not known of a flat picture, and where filters do not fit or kernels are too large", () => {
    const flat = pictureOf(() => 0);
    expect(chanceLikeness(flat, movementOf([3, 3]), POSTER_FEATURES)).toBeNull();
    expect(chanceLikeness(noise, movementOf([9, 9]), POSTER_FEATURES)).toBeNull();
    // Grey everywhere, without the zeros around it.
    const grey = pictureOf(() => 0.1);
    const inside = { ...movementOf([3, 3]), padding: [0, 0], outputSize: [22, 22] } as const;
    expect(chanceLikeness(grey, inside, POSTER_FEATURES)).toBeNull();
    const large = { ...movementOf([7, 7]), outputSize: [600, 600] } as const;
    expect(chanceLikeness(noise, large, POSTER_FEATURES)).toBeNull();
    const even = { ...movementOf([3, 3]), kernelSize: [2, 2] as const };
    expect(chanceLikeness(noise, even, POSTER_FEATURES)).toBeNull();
  });
});
