import { describe, expect, it } from "vitest";
import type { Picture } from "../../../src/core/images/image.ts";
import { colourOfLabel, maskReader } from "../../../src/core/images/maskLabels.ts";
import { LEFT_OUT, pixelsWithLabel, preparedMask } from "../../../src/core/images/preparedMask.ts";
import type { Preprocessing } from "../../../src/core/images/preprocessing.ts";

function picture(channels: Picture["channels"], ...values: readonly number[]): Picture {
  const width = values.length / channels;
  return { width, height: 1, channels, values: Float32Array.from(values) };
}

/** The label of each pixel, and whether it is marked. */
function pixelsOf(mask: Picture) {
  const { labelAt, isMarkedAt } = maskReader(mask);
  const pixels = Array.from({ length: mask.width }, (_, pixel) => pixel);
  return { labels: pixels.map(labelAt), marked: pixels.map(isMarkedAt) };
}

describe("labels of a mask", () => {
  it("are its greys, smallest first", () => {
    expect(maskReader(picture(1, 2, 0, 7, 2))).toMatchObject({ labels: [0, 2, 7] });
    expect(maskReader(picture(3, 9, 9, 9, 0, 0, 0))).toMatchObject({
      ...{ labels: [0, 9], isColour: false },
    });
    expect(maskReader(picture(1, -1, 0.5)).labels).toEqual([-1, 0.5]);
    expect(pixelsOf(picture(1, -1, 0, 0.5)).marked).toEqual([false, false, true]);
  });

  it("are its colours, exactly, black among them", () => {
    const flag = picture(3, 255, 0, 0, 255, 255, 255, 0, 0, 0, 1, 2, 3);
    expect(maskReader(flag).isColour).toBe(true);
    const { labels, marked } = pixelsOf(flag);
    expect(labels.map(colourOfLabel)).toEqual(["#ff0000", "#ffffff", "#000000", "#010203"]);
    expect(marked).toEqual([true, true, false, true]);
  });

  it("are the brightness of colours beyond 8 bits, which no float32 holds as one number", () => {
    const deep = maskReader(picture(3, 1000, 0, 0, 0, 0, 0));
    expect(deep).toMatchObject({ isColour: false, labels: [0, Math.fround(299)] });
    expect(deep.labelAt(0)).toBe(Math.fround(299));
  });

  it("are 0 where nothing is seen", () => {
    expect(pixelsOf(picture(2, 3, 255, 3, 0)).labels).toEqual([3, 0]);
    expect(pixelsOf(picture(4, 5, 0, 0, 0, 5, 0, 0, 9)).labels).toEqual([0, 5 * 65536]);
  });

  it("are not those of smoothed masks, of which the brighter half is marked", () => {
    const greys = (count: number) => Array.from({ length: count }, (_, at) => at);
    expect(maskReader(picture(1, ...greys(64))).labels).toHaveLength(64);
    const smooth = picture(1, ...greys(65));
    expect(maskReader(smooth).labels).toBeNull();
    expect(pixelsOf(smooth).marked).toEqual(greys(65).map((grey) => grey > 32));
    // In colours, by how bright they are: red is darker than green.
    const colours = greys(65).flatMap((red) => [red, 0, 0]);
    const reds = picture(3, ...colours, 0, 255, 0);
    expect(pixelsOf(reds).marked.indexOf(true)).toBe(65);
  });
});

describe("one label of a mask", () => {
  const preprocessing: Preprocessing = {
    ...{ width: 5, height: 1, placement: "pad", window: { low: 0, high: 1 }, scaling: "raw" },
  };
  const mask = picture(1, 2, 0, 1);
  const prepared = preparedMask(mask, { preprocessing, image: mask, size: preprocessing });

  it("lies where its picture lies, with background around it", () => {
    expect([...prepared.values]).toEqual([0, 2, 0, 1, 0]);
    expect([...pixelsWithLabel(prepared, 2)]).toEqual([0, 1, 0, 0, 0]);
    expect([...pixelsWithLabel(prepared, 0)]).toEqual([1, 0, 1, 0, 1]);
    expect([...pixelsWithLabel(prepared, "all")]).toEqual([0, 1, 0, 1, 0]);
  });

  it("counts neither way where another label is left out", () => {
    expect([...pixelsWithLabel(prepared, 2, 1)]).toEqual([0, 1, 0, LEFT_OUT, 0]);
    expect([...pixelsWithLabel(prepared, "all", 1)]).toEqual([0, 1, 0, LEFT_OUT, 0]);
    // The mask itself stays as it is.
    expect([...prepared.marked]).toEqual([0, 1, 0, 1, 0]);
  });
});
