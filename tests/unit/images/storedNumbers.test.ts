import { describe, expect, it } from "vitest";
import { read } from "./imageFiles.ts";
import { type PngPicture, pngBytes } from "./pngWriter.ts";

const [BLACK, WHITE, GREY] = [
  [0, 0, 0],
  [255, 255, 255],
  [128, 128, 128],
] as const;
const [RED, GREEN, BLUE] = [
  [128, 0, 0],
  [0, 128, 0],
  [0, 0, 128],
] as const;

type Colour = readonly [number, number, number];

/** One row, a colour of the palette per pixel. */
function row(
  samples: readonly number[],
  palette: readonly Colour[],
  change: Partial<PngPicture> = {},
): PngPicture {
  const shape = { width: samples.length, height: 1, bitDepth: 8, colourType: 3 } as const;
  return { ...shape, samples, palette: palette.flat(), ...change };
}

/** The numbers behind what is seen; null where there are none. */
async function numbersOf(picture: PngPicture): Promise<readonly number[] | null> {
  const { numbers } = await read(pngBytes(picture));
  return numbers === null ? null : [...numbers.picture().values];
}

/** The palette of Pascal VOC by the definition of its development kit: bits of the number, dealt to the colours. */
function vocColour(number: number): Colour {
  const colour = [0, 0, 0];
  for (let bit = 0; bit < 8; bit += 1) {
    colour[bit % 3] += ((number >> bit) & 1) * 2 ** (7 - Math.floor(bit / 3));
  }
  return [colour[0], colour[1], colour[2]];
}

const VOC = Array.from({ length: 256 }, (_, number) => vocColour(number));

/** A colour that is no grey, and another for every number. */
const colours = (count: number): Colour[] =>
  Array.from({ length: count }, (_, number) => [number, 100, 200]);

describe("the numbers of a palette", () => {
  it.each(
    ([1, 2, 4, 8] as const).flatMap((bitDepth) =>
      [false, true].map((isInterlaced) => ({ bitDepth, isInterlaced })),
    ),
  )("are kept beside the colours: %o", async ({ bitDepth, isInterlaced }) => {
    const count = Math.min(2 ** bitDepth, 60);
    const [width, height] = [13, 11];
    const samples = Array.from({ length: width * height }, (_, at) => (7 * at + (at >> 3)) % count);
    const palette = colours(count);
    const written = row(samples, palette, { width, height, bitDepth, isInterlaced });
    const image = await read(pngBytes(written));
    expect(image.numbers?.picture()).toEqual({
      ...{ width, height, channels: 1, values: Float32Array.from(samples) },
    });
    const shown = await image.picture("frame", 0);
    expect([...shown.values]).toEqual(samples.flatMap((number) => palette[number]));
  });

  it("are those of Pascal VOC, a border of 255 among them", async () => {
    expect([VOC[1], VOC[15], VOC[20], VOC[255]]).toEqual([
      ...[[128, 0, 0] as const, [192, 128, 128] as const, [0, 64, 128] as const],
      [224, 224, 192],
    ]);
    expect(await numbersOf(row([0, 15, 255, 20], VOC))).toEqual([0, 15, 255, 20]);
    // A bus is grey: what one picture uses does not tell.
    expect(await numbersOf(row([0, 7, 0], VOC))).toEqual([0, 7, 0]);
    const { numbers } = await read(pngBytes(row([0, 15, 0], VOC)));
    expect(numbers?.palette?.[15]).toBe(0xc08080);
  });

  it("need no black: 0 is road in Cityscapes, and white elsewhere", async () => {
    const road = [128, 64, 128] as const;
    const cityscapes = [road, RED, GREEN, ...Array<Colour>(253).fill(BLACK)];
    expect(await numbersOf(row([0, 2, 255, 1], cityscapes))).toEqual([0, 2, 255, 1]);
    expect(await numbersOf(row([0, 1, 2], [WHITE, RED, BLUE]))).toEqual([0, 1, 2]);
  });

  it("are none where the background has another number than 0: a list of colours as they came", async () => {
    expect(await numbersOf(row([0, 1, 2], [RED, BLACK, GREEN]))).toBeNull();
    expect(await numbersOf(row([0, 1, 2], [RED, GREEN, BLUE], { transparency: [255, 0] }))).toBe(
      null,
    );
    // Where black is not used it is no background.
    expect(await numbersOf(row([0, 2], [RED, BLACK, GREEN]))).toEqual([0, 2]);
    // What is seen through at 0 is background as well.
    expect(await numbersOf(row([0, 1], [RED, GREEN], { transparency: [0] }))).toEqual([0, 1]);
  });

  it("are none where all colours are greys, which have values of their own", async () => {
    const wedge = Array.from({ length: 256 }, (_, grey): Colour => [grey, grey, grey]);
    expect(await numbersOf(row([0, 1, 2], wedge))).toBeNull();
    expect(await numbersOf(row([0, 1, 0], [WHITE, BLACK], { bitDepth: 1 }))).toBeNull();
    expect(await numbersOf(row([0, 1], [GREY, BLACK]))).toBeNull();
  });

  it("are none where there are too many to be labels: a picture of few colours", async () => {
    const samples = (count: number) => Array.from({ length: count }, (_, at) => at);
    expect(await numbersOf(row(samples(64), colours(256)))).toHaveLength(64);
    expect(await numbersOf(row(samples(65), colours(256)))).toBeNull();
  });
});

describe("greys of fewer than 8 bits", () => {
  it.each([1, 2, 4] as const)("have the numbers of %d bits behind them", async (bitDepth) => {
    const samples = [0, 1, 2 ** bitDepth - 1, 1];
    const written = { width: 4, height: 1, bitDepth, colourType: 0, samples } as const;
    const image = await read(pngBytes(written));
    expect([...(image.numbers?.picture().values ?? [])]).toEqual(samples);
    expect(image.numbers?.palette).toBeNull();
    const shown = await image.picture("frame", 0);
    expect([...shown.values]).toEqual(samples.map((one) => (one * 255) / (2 ** bitDepth - 1)));
  });

  it("have none where one of them is see-through, nor have greys of 8 bits", async () => {
    const grey = { width: 2, height: 1, colourType: 0, samples: [1, 2] } as const;
    expect(await numbersOf({ ...grey, bitDepth: 4, transparency: [0, 1] })).toBeNull();
    expect(await numbersOf({ ...grey, bitDepth: 8 })).toBeNull();
  });
});
