import { readFileSync } from "node:fs";
import { inflateSync } from "node:zlib";
import { expect } from "vitest";

/** Slices are 256 x 256 pixels; outputs are compared averaged over cells of 16 x 16. */
const SIDE = 256;
const CELL = 16;
const TOLERANCE = 1e-3;

/** What PyTorch made of a slice when the samples were exported. */
export interface ExpectedRun {
  /** In public/samples. */
  readonly file: string;
  readonly dice: number;
  readonly mean: number;
  readonly pooled: readonly (readonly number[])[];
}

export function expectedRuns(model: "brain-unet" | "brain-resunet"): readonly ExpectedRun[] {
  return JSON.parse(readFileSync("tests/fixtures/samples/expected.json", "utf8")).models[model];
}

/** The slice as the sample networks take it: 1 x 1 x 256 x 256 numbers from 0 to 1. */
export function sliceOf({ file }: Pick<ExpectedRun, "file">): Float32Array {
  return Float32Array.from(greyPixels(`public/samples/${file}`), (value) => value / 255);
}

/** How far an output is from the expected one: the largest difference of all that is compared. */
export function distance(output: ArrayLike<number>, run: ExpectedRun): number {
  const mask = greyPixels(`public/samples/${run.file.replace(".png", "-mask.png")}`);
  const cells = SIDE / CELL;
  const pooled = new Float64Array(cells * cells);
  let [sum, overlap, size] = [0, 0, 0];
  for (let at = 0; at < SIDE * SIDE; at += 1) {
    const value = output[at];
    const row = Math.floor(at / SIDE / CELL);
    pooled[row * cells + Math.floor((at % SIDE) / CELL)] += value / CELL ** 2;
    sum += value;
    const [isInside, isBrain] = [value > 0.5, mask[at] > 0];
    size += Number(isInside) + Number(isBrain);
    overlap += Number(isInside && isBrain);
  }
  const differences = run.pooled.flat().map((expected, cell) => Math.abs(pooled[cell] - expected));
  const mean = Math.abs(sum / SIDE ** 2 - run.mean);
  return Math.max(...differences, mean, Math.abs((2 * overlap) / size - run.dice));
}

/** The output of a sample network on a slice is what it was when the samples were exported. */
export function expectSampleOutput(output: ArrayLike<number>, run: ExpectedRun): void {
  expect(output.length).toBe(SIDE * SIDE);
  expect(distance(output, run)).toBeLessThan(TOLERANCE);
}

/** Pixels of a PNG of eight-bit greys, not interlaced, as the samples are. */
function greyPixels(path: string): Uint8Array {
  const file = readFileSync(path);
  const parts: Buffer[] = [];
  for (let at = 8; at < file.length; ) {
    const length = file.readUInt32BE(at);
    const kind = file.toString("latin1", at + 4, at + 8);
    if (kind === "IDAT") parts.push(file.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  return unfiltered(inflateSync(Buffer.concat(parts)));
}

/** PNG, 9.2: each row begins with the number of its filter. */
function unfiltered(stored: Uint8Array): Uint8Array {
  const pixels = new Uint8Array(SIDE * SIDE);
  for (let row = 0; row < SIDE; row += 1) {
    const filter = stored[row * (SIDE + 1)];
    for (let column = 0; column < SIDE; column += 1) {
      const at = row * SIDE + column;
      const left = column > 0 ? pixels[at - 1] : 0;
      const above = row > 0 ? pixels[at - SIDE] : 0;
      const corner = row > 0 && column > 0 ? pixels[at - SIDE - 1] : 0;
      const guesses = [0, left, above, (left + above) >> 1, paeth(left, above, corner)];
      pixels[at] = stored[at + row + 1] + guesses[filter];
    }
  }
  return pixels;
}

function paeth(left: number, above: number, corner: number): number {
  const guess = left + above - corner;
  const [toLeft, toAbove, toCorner] = [left, above, corner].map((one) => Math.abs(guess - one));
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}
