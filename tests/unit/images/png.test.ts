import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { joined } from "./dicomWriter.ts";
import { firstPicture, read, refusal, sliceBytes } from "./imageFiles.ts";
import { chunk, decodedGreyPng, type PngPicture, pngBytes } from "./pngWriter.ts";

const CHANNELS = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 } as const;

/** Any picture that PNG can hold but those with a palette. */
const anyPicture: fc.Arbitrary<PngPicture> = fc
  .record({
    width: fc.integer({ min: 1, max: 19 }),
    height: fc.integer({ min: 1, max: 19 }),
    kind: fc.constantFrom(
      ...([1, 2, 4, 8, 16] as const).map((bitDepth) => ({ bitDepth, colourType: 0 as const })),
      ...([2, 4, 6] as const).flatMap((colourType) =>
        ([8, 16] as const).map((bitDepth) => ({ bitDepth, colourType })),
      ),
    ),
    isInterlaced: fc.boolean(),
    seed: fc.integer({ min: 1, max: 1_000_000 }),
  })
  .map(({ width, height, kind, isInterlaced, seed }) => ({
    width,
    height,
    ...kind,
    isInterlaced,
    samples: Array.from(
      { length: width * height * CHANNELS[kind.colourType] },
      (_, index) => (seed * (index + 7) * (index + 3)) % 2 ** kind.bitDepth,
    ),
  }));

describe("PNG", () => {
  it("gives back what was written, of every kind, interlaced or not", async () => {
    await fc.assert(
      fc.asyncProperty(anyPicture, async (written) => {
        const picture = await firstPicture(pngBytes(written));
        const { bitDepth, colourType } = written;
        const scale = bitDepth < 8 ? 255 / (2 ** bitDepth - 1) : 1;
        const channels = CHANNELS[colourType];
        const isOpacity = (at: number) => channels % 2 === 0 && (at + 1) % channels === 0;
        expect(picture.channels).toBe(channels);
        expect([picture.width, picture.height]).toEqual([written.width, written.height]);
        // Of 16 bits, opacity alone is brought to the scale of 8.
        expect([...picture.values]).toEqual(
          written.samples.map((sample, at) =>
            Math.fround(bitDepth === 16 && isOpacity(at) ? sample / 257 : sample * scale),
          ),
        );
      }),
      { numRuns: 200 },
    );
  });

  it.each([1, 2, 4, 8] as const)(
    "looks up colours of %d bits, with their opacity",
    async (bitDepth) => {
      const palette = [10, 20, 30, 200, 100, 0];
      const samples = [0, 1, 1, 0, 1, 0];
      const written = { width: 3, height: 2, bitDepth, colourType: 3 as const, samples, palette };
      const opaque = await firstPicture(pngBytes(written));
      expect(opaque.channels).toBe(3);
      expect([...opaque.values]).toEqual(
        samples.flatMap((entry) => palette.slice(3 * entry, 3 * entry + 3)),
      );
      const seeThrough = await firstPicture(pngBytes({ ...written, transparency: [128] }));
      expect([...seeThrough.values]).toEqual(
        samples.flatMap((entry) => [
          ...palette.slice(3 * entry, 3 * entry + 3),
          entry === 0 ? 128 : 255,
        ]),
      );
    },
  );

  it("makes the transparent colour see-through", async () => {
    const grey = await firstPicture(
      pngBytes({
        width: 2,
        height: 1,
        bitDepth: 4,
        colourType: 0,
        samples: [3, 5],
        transparency: [0, 5],
      }),
    );
    expect(grey.channels).toBe(2);
    expect([...grey.values]).toEqual([51, 255, 85, 0]);
    const colour = await firstPicture(
      pngBytes({
        width: 2,
        height: 1,
        bitDepth: 8,
        colourType: 2,
        samples: [1, 2, 3, 1, 2, 4],
        transparency: [0, 1, 0, 2, 0, 4],
      }),
    );
    expect([...colour.values]).toEqual([1, 2, 3, 255, 1, 2, 4, 0]);
  });

  it("has its opacity in 0..255, of 16 bits too", async () => {
    const deep = { width: 3, height: 1, bitDepth: 16, colourType: 4 } as const;
    const samples = [300, 65535, 300, 32896, 300, 1];
    const { values } = await firstPicture(pngBytes({ ...deep, samples }));
    expect([...values].filter((_, at) => at % 2 === 1)).toEqual([255, 128, Math.fround(1 / 257)]);
    const keyed = { ...deep, colourType: 0, samples: [300, 5, 300] } as const;
    const seen = await firstPicture(pngBytes({ ...keyed, transparency: [0, 5] }));
    expect([...seen.values]).toEqual([300, 255, 5, 0, 300, 255]);
  });

  it("tells the range of its greys and colours, whatever its opacity is", async () => {
    const grey = { width: 2, height: 1, bitDepth: 16, colourType: 4 } as const;
    const dark = await read(pngBytes({ ...grey, samples: [300, 65535, 4000, 65535] }));
    expect([dark.range, dark.window]).toEqual([{ low: 300, high: 4000 }, null]);
    const keyed = { ...grey, colourType: 2 as const, samples: [300, 700, 900, 400, 500, 600] };
    const colours = await read(pngBytes({ ...keyed, transparency: [0, 1, 0, 1, 0, 1] }));
    expect(colours.range).toEqual({ low: 300, high: 900 });
    const faint = await read(pngBytes({ ...grey, samples: [300, 0, 4000, 5] }));
    expect(faint.range).toEqual({ low: 300, high: 4000 });
  });

  it.each(["slice-000", "slice-006", "slice-006-mask"])(
    "reads %s as zlib and the filters say",
    async (name) => {
      const bytes = sliceBytes(name);
      expect([...(await firstPicture(bytes)).values]).toEqual(decodedGreyPng(bytes));
    },
  );

  it("shows 8 bits on their own scale, and says nothing of texts in the file", async () => {
    const image = await read(pngBytes(SMALL));
    expect(image.window).toEqual({ low: 0, high: 255 });
    expect(image.range).toEqual({ low: 0, high: 15 });
    expect(image.stacks).toEqual([{ plane: "frame", count: 1 }]);
    expect(JSON.stringify(image)).not.toContain("Jane");
    const deep = await read(pngBytes({ ...SMALL, bitDepth: 16 }));
    expect(deep.window).toBeNull();
  });
});

const SMALL: PngPicture = {
  width: 4,
  height: 4,
  bitDepth: 8,
  colourType: 0,
  samples: Array.from({ length: 16 }, (_, index) => index),
};

describe("a damaged PNG", () => {
  const whole = pngBytes(SMALL);
  /** With other packed pixels. */
  const withPixels = (packed: Uint8Array) =>
    joined(whole.subarray(0, 33), chunk("IDAT", packed), chunk("IEND", new Uint8Array(0)));
  const withHeader = (at: number, ...bytes: readonly number[]) => {
    const header = whole.slice(16, 29);
    header.set(bytes, at);
    return joined(whole.subarray(0, 8), chunk("IHDR", header), whole.subarray(33));
  };

  it.each([
    ["cut within its header", whole.subarray(0, 20), "truncated"],
    ["cut within its pixels", whole.subarray(0, whole.length - 30), "truncated"],
    ["with fewer rows than it says", withPixels(deflateSync(new Uint8Array(10))), "truncated"],
    [
      "with pixels that cannot be unpacked",
      withPixels(Uint8Array.of(1, 2, 3, 4, 5, 6)),
      "malformed",
    ],
    ["with a header that was changed", whole.with(17, 9), "malformed"],
    [
      "with a filter that does not exist",
      withPixels(deflateSync(new Uint8Array(20).fill(9))),
      "malformed",
    ],
    ["without pixels across", withHeader(0, 0, 0, 0, 0), "malformed"],
    ["of a colour type that does not exist", withHeader(9, 5), "malformed"],
    ["without its palette", withHeader(9, 3), "malformed"],
    ["of an unknown compression", withHeader(10, 1), "unsupported"],
    ["with more pixels than can be shown", withHeader(0, 0, 1, 0, 0, 0, 1, 0, 0), "too-large"],
  ])("%s says so", async (_, bytes, code) => {
    const error = await refusal(bytes);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(/a file.*[;,] .*\.$/);
  });

  it("is not unpacked beyond what its header says", async () => {
    // 100 MB of zeros in 100 kB.
    const bomb = withPixels(deflateSync(new Uint8Array(100_000_000)));
    const start = performance.now();
    const picture = await firstPicture(bomb);
    expect(performance.now() - start).toBeLessThan(1000);
    expect([...picture.values]).toEqual(new Array(16).fill(0));
  });

  it("is told by a wrong checksum where unpacking alone would not tell", async () => {
    const packed = deflateSync(
      Uint8Array.from({ length: 20 }, (_, index) => (index % 5 === 0 ? 0 : index)),
      {
        level: 0,
      },
    );
    // A stored block: a changed byte unpacks to another pixel.
    const changed = withPixels(packed);
    changed[33 + 8 + 10] = 77;
    expect((await refusal(changed)).code).toBe("malformed");
  });
});
