import { describe, expect, it } from "vitest";
import type { Preprocessing } from "../../../src/core/images/preprocessing.ts";
import { imageShelf } from "../../../src/worker/lab/images.ts";
import { type PngPicture, pngBytes } from "../images/pngWriter.ts";

const [WIDTH, HEIGHT] = [4, 2];

const AS_IT_IS: Preprocessing = {
  ...{ width: WIDTH, height: HEIGHT, placement: "pad", scaling: "raw" },
  window: { low: 0, high: 1 },
};

/** A shelf with one file, looked at as an image and as a mask of itself. */
async function lookedAt(picture: Omit<PngPicture, "width" | "height">) {
  const shelf = imageShelf(null);
  const bytes = pngBytes({ width: WIDTH, height: HEIGHT, ...picture });
  const files = [{ path: "one.png", file: new File([bytes], "one.png") }];
  const { images } = await shelf.read({ files }, ["one"], () => {}, new AbortController().signal);
  const slice = { image: "one", plane: "frame", index: 0 } as const;
  const size = { width: WIDTH, height: HEIGHT };
  const of = { slice, preprocessing: AS_IT_IS };
  const placed = await shelf.mask({ mask: slice, of, size });
  return { info: images[0], picture: await shelf.picture(slice), placed };
}

describe("a mask whose numbers are not what is seen", () => {
  const numbers = [0, 0, 1, 1, 2, 2, 3, 255];

  it("has those of its palette as labels, and as an image its colours", async () => {
    const palette = Array.from({ length: 256 }, (_, number) => [number % 200, 9, 80]).flat();
    const coloured = { bitDepth: 8, colourType: 3, samples: numbers, palette } as const;
    const { info, picture, placed } = await lookedAt(coloured);
    expect([...placed.values]).toEqual(numbers);
    expect([...placed.marked]).toEqual([0, 0, 1, 1, 1, 1, 1, 1]);
    expect(placed).toMatchObject({ labels: [0, 1, 2, 3, 255], isColour: false, largest: 255 });
    expect(placed.palette?.slice(0, 3)).toEqual([0x000950, 0x010950, 0x020950]);
    expect([info.channels, picture.channels]).toEqual([3, 3]);
    expect([...picture.values.subarray(3 * 6)]).toEqual([3, 9, 80, 55, 9, 80]);
  });

  it("has those of its greys before they were stretched", async () => {
    const samples = [0, 0, 1, 1, 2, 2, 3, 3];
    const { info, placed } = await lookedAt({ bitDepth: 4, colourType: 0, samples });
    expect([...placed.values]).toEqual(samples);
    expect(placed).toMatchObject({ labels: [0, 1, 2, 3], largest: 3, palette: null });
    expect(info.range).toEqual({ low: 0, high: 51 });
  });

  it("has what is seen as labels where nothing else is there", async () => {
    const { placed } = await lookedAt({ bitDepth: 8, colourType: 0, samples: numbers });
    expect([...placed.values]).toEqual(numbers);
    expect(placed).toMatchObject({ largest: 255, palette: null });
  });
});
