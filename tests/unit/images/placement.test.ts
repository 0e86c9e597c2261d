import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Picture } from "../../../src/core/images/image.ts";
import { placedBack } from "../../../src/core/images/placedBack.ts";
import type { Size } from "../../../src/core/images/placement.ts";
import { preparedInput } from "../../../src/core/images/preparedInput.ts";
import { type MaskPlace, preparedMask } from "../../../src/core/images/preparedMask.ts";
import type { Preprocessing } from "../../../src/core/images/preprocessing.ts";
import { axisWeights, resample } from "../../../src/core/images/resample.ts";

const INPUT = { channels: 1, elements: "float32", layout: "channelsFirst" } as const;

function picture(width: number, ...values: number[]): Picture {
  return { width, height: values.length / width, channels: 1, values: Float32Array.from(values) };
}

function steps(
  width: number,
  height: number,
  placement: Preprocessing["placement"],
): Preprocessing {
  return { width, height, placement, window: { low: -1, high: 1 }, scaling: "raw" };
}

function placed(shown: Picture, preprocessing: Preprocessing): readonly number[] {
  return [...preparedInput(shown, preprocessing, INPUT)];
}

describe("placement", () => {
  it("pads around the centre with what the window's low end becomes", () => {
    expect(placed(picture(2, 1, 2, 3, 4), steps(4, 3, "pad"))).toEqual([
      -1, 1, 2, -1, -1, 3, 4, -1, -1, -1, -1, -1,
    ]);
    const scaled = { ...steps(3, 1, "pad"), scaling: "byte" as const };
    expect(placed(picture(1, 0), scaled)).toEqual([0, 127.5, 0]);
  });

  it("crops around the centre what is larger", () => {
    expect(placed(picture(5, 0, 1, 2, 3, 4), steps(3, 3, "pad"))).toEqual([
      -1, -1, -1, 1, 2, 3, -1, -1, -1,
    ]);
  });

  it("fits with the aspect kept, and stretches without", () => {
    expect(placed(picture(4, 2, 4, 6, 8, 0, 0, 2, 2), steps(2, 2, "fit"))).toEqual([
      1.5, 4.5, -1, -1,
    ]);
    expect(placed(picture(2, 1, 3, 5, 7), steps(1, 2, "stretch"))).toEqual([2, 6]);
  });

  it("swaps left and right before anything else where that is asked", () => {
    const mirrored = { ...steps(4, 1, "pad"), mirrored: true };
    expect(placed(picture(3, 1, 2, 3), mirrored)).toEqual([3, 2, 1, -1]);
    expect(placed(picture(4, 1, 3, 5, 9), { ...steps(2, 1, "fit"), mirrored: true })).toEqual([
      7, 2,
    ]);
  });
});

describe("resampling", () => {
  it("enlarges linearly between the centres of pixels", () => {
    // Centres of four places over two: -0.25, 0.25, 0.75, 1.25, held at the ends.
    const across = axisWeights(2, 4);
    const down = axisWeights(1, 1);
    expect([...resample(Float32Array.of(0, 8), 2, 1, across, down)]).toEqual([0, 2, 6, 8]);
  });

  it("averages what each result covers when it shrinks", () => {
    const across = axisWeights(5, 2);
    const made = resample(Float32Array.of(1, 2, 3, 4, 5), 5, 1, across, axisWeights(1, 1));
    expect(made[0]).toBeCloseTo((1 + 2 + 3 / 2) / 2.5, 6);
    expect(made[1]).toBeCloseTo((3 / 2 + 4 + 5) / 2.5, 6);
  });

  it("keeps the mean when it shrinks, constants always, and equal sizes to the last bit", () => {
    const sides = fc.record({
      source: fc.integer({ min: 1, max: 40 }),
      result: fc.integer({ min: 1, max: 40 }),
    });
    fc.assert(
      fc.property(sides, fc.boolean(), ({ source, result }, isMirrored) => {
        const { weights, taken, starts } = axisWeights(source, result, isMirrored);
        const given = new Float64Array(source);
        for (let place = 0; place < result; place += 1) {
          let sum = 0;
          for (let index = 0; index < taken; index += 1) {
            sum += weights[place * taken + index];
            given[starts[place] + index] += weights[place * taken + index];
          }
          expect(sum).toBeCloseTo(1, 9);
          expect(starts[place]).toBeGreaterThanOrEqual(0);
          expect(starts[place] + taken).toBeLessThanOrEqual(source);
        }
        if (result <= source) {
          for (const share of given) expect(share).toBeCloseTo(result / source, 9);
        }
        if (result === source && !isMirrored) {
          const values = Float32Array.from({ length: source }, (_, index) => Math.sin(index));
          const axis = { weights, taken, starts };
          expect(resample(values, source, 1, axis, axisWeights(1, 1))).toEqual(values);
        }
      }),
    );
  });
});

const anyPlacement: fc.Arbitrary<Preprocessing> = fc
  .record({
    width: fc.integer({ min: 1, max: 24 }),
    height: fc.integer({ min: 1, max: 24 }),
    placement: fc.constantFrom("pad", "fit", "stretch"),
    mirrored: fc.boolean(),
  })
  .map((made) => ({ ...made, window: { low: 0, high: 1 }, scaling: "raw" }));

const anyMask: fc.Arbitrary<Picture> = fc
  .record({
    width: fc.integer({ min: 1, max: 24 }),
    height: fc.integer({ min: 1, max: 24 }),
    seed: fc.nat(),
  })
  .map(({ width, height, seed }) => ({
    width,
    height,
    channels: 1,
    values: Float32Array.from({ length: width * height }, (_, index) =>
      (seed + index * index * 7) % 3 === 0 ? 255 : 0,
    ),
  }));

function marked(mask: Picture, place: MaskPlace): readonly number[] {
  return [...preparedMask(mask, place).marked];
}

/** Which of its own pixels a mask marks. */
function markedPixels(mask: Picture): readonly number[] {
  return marked(mask, over(mask, steps(mask.width, mask.height, "pad")));
}

/** Over an image of the mask's size. */
function over(mask: Picture, preprocessing: Preprocessing, size: Size = preprocessing) {
  return { preprocessing, image: mask, size };
}

describe("masks", () => {
  it("of another size are stretched over their image", () => {
    const image = { width: 4, height: 2 };
    const preprocessing = steps(6, 2, "pad");
    const place = { preprocessing, image, size: preprocessing };
    // Half as wide and as high: each of its pixels covers four.
    const half = picture(2, 0, 1);
    expect(marked(half, place)).toEqual([0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 0]);
    const mirrored = { ...place, preprocessing: { ...preprocessing, mirrored: true } };
    expect(marked(half, mirrored)).toEqual([0, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0]);
    // Twice as wide: the one under the centre counts, of two the right one.
    const wide = picture(8, 0, 1, 0, 1, 0, 0, 0, 0);
    expect(marked(wide, place).slice(0, 6)).toEqual([0, 1, 1, 0, 0, 0]);
  });

  it("lie where their pictures lie", () => {
    fc.assert(
      fc.property(anyMask, anyPlacement, (mask, preprocessing) => {
        const found = marked(mask, over(mask, preprocessing));
        const input = preparedInput(mask, preprocessing, INPUT);
        // Wherever a pixel of the input is wholly of the mask, or wholly not, the mask agrees.
        for (const [index, value] of input.entries()) {
          if (Math.abs(value - 255) < 1e-3) expect([index, found[index]]).toEqual([index, 1]);
          if (value === 0) expect([index, found[index]]).toEqual([index, 0]);
        }
      }),
    );
  });

  it("come back as they were where nothing was cropped or shrunk", () => {
    fc.assert(
      fc.property(anyMask, fc.boolean(), fc.nat(9), fc.nat(9), (mask, mirrored, more, further) => {
        const preprocessing: Preprocessing = {
          ...steps(mask.width + more, mask.height + further, "pad"),
          mirrored,
        };
        const values = Float32Array.from(marked(mask, over(mask, preprocessing)));
        const { width, height } = preprocessing;
        const back = placedBack({ width, height, values }, mask, preprocessing);
        expect([...back]).toEqual(markedPixels(mask));
      }),
    );
  });

  it("may be asked for at the size of a coarser output", () => {
    const mask = picture(4, 0, 0, 9, 9, 0, 0, 9, 9, 0, 0, 0, 0, 0, 0, 0, 0);
    const preprocessing = steps(4, 4, "pad");
    expect(marked(mask, over(mask, preprocessing, { width: 2, height: 2 }))).toEqual([0, 1, 0, 0]);
    expect(marked(mask, over(mask, preprocessing))).toEqual(markedPixels(mask));
  });

  it("count labels, leave out what is transparent, and halve smooth greys", () => {
    expect(markedPixels(picture(4, 0, 1, 2, 3))).toEqual([0, 1, 1, 1]);
    const faded = Float32Array.of(9, 0, 9, 255);
    expect(markedPixels({ width: 2, height: 1, channels: 2, values: faded })).toEqual([0, 1]);
    const smooth = Array.from({ length: 100 }, (_, index) => 2 + index);
    expect(markedPixels(picture(100, ...smooth))).toEqual(
      smooth.map((value) => (value > 51.5 ? 1 : 0)),
    );
    expect(markedPixels(picture(2, 0, 0))).toEqual([0, 0]);
  });
});

describe("an output laid back", () => {
  it("covers what the network saw, and nothing else", () => {
    const cropped = steps(2, 1, "pad");
    const map = { width: 2, height: 1, values: Float32Array.of(5, 6) };
    expect([...placedBack(map, { width: 4, height: 1 }, cropped, -9)]).toEqual([-9, 5, 6, -9]);
    expect([
      ...placedBack(map, { width: 4, height: 1 }, { ...cropped, mirrored: true }, -9),
    ]).toEqual([-9, 6, 5, -9]);
  });

  it("is linear between the numbers of a coarser map", () => {
    const map = { width: 2, height: 1, values: Float32Array.of(0, 8) };
    expect([...placedBack(map, { width: 4, height: 1 }, steps(4, 1, "pad"))]).toEqual([0, 2, 6, 8]);
    expect([...placedBack(map, { width: 4, height: 2 }, steps(8, 4, "fit"))]).toEqual([
      0, 2, 6, 8, 0, 2, 6, 8,
    ]);
  });
});
