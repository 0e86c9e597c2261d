import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { ConvAtlasError } from "../../../src/core/errors.ts";
import { SeededRandom } from "../../../src/core/random/seededRandom.ts";
import { damage } from "../../fuzz/damage.ts";
import { dicomBytes } from "./dicomWriter.ts";
import { read, sampleBytes, sliceBytes } from "./imageFiles.ts";
import { niftiBytes } from "./niftiWriter.ts";
import { pngBytes } from "./pngWriter.ts";

/** `CONVATLAS_FUZZ` for a long run, as for models. */
const RUNS = Math.ceil(Number(process.env.CONVATLAS_FUZZ ?? 1200) / 24);
const SEED = Number(process.env.CONVATLAS_FUZZ_SEED ?? 1);
const MOST_MILLISECONDS = 1000;

const voxels = new Uint8Array(Float32Array.from({ length: 512 }, (_, index) => index).buffer);
const volume = niftiBytes({ size: [8, 8, 8], datatype: 16, voxels, width: 4 });
const palette = Array.from({ length: 768 }, (_, index) => index & 255);
const samples = Array.from({ length: 400 }, (_, index) => index % 256);

const FILES: readonly (readonly [name: string, bytes: Uint8Array])[] = [
  ["grey PNG", sliceBytes("slice-006")],
  [
    "palette PNG",
    pngBytes({
      width: 20,
      height: 20,
      bitDepth: 8,
      colourType: 3,
      samples,
      palette,
      transparency: [1],
    }),
  ],
  [
    "interlaced PNG",
    pngBytes({ width: 10, height: 10, bitDepth: 8, colourType: 6, samples, isInterlaced: true }),
  ],
  ["NIfTI", volume],
  ["NIfTI-2", niftiBytes({ size: [8, 8, 8], datatype: 16, voxels, width: 4, version: 2 })],
  ["packed NIfTI", gzipSync(volume)],
  [
    "inverted DICOM",
    dicomBytes({ pixels: samples, columns: 20, bits: 8, photometric: "MONOCHROME1" }),
  ],
  ...["mr16", "mr16.big", "mr16.implicit", "mr16.deflated", "frames.rle", "rgb.rle"].map(
    dicomFixture,
  ),
  ...["mr16.j2k", "rgb.j2k", "frames.j2k", "mr16.jls", "rgb.jls", "rgb.dcmtk-jls"].map(
    dicomFixture,
  ),
  ...["mr16.lossless", "rgb.lossless", "frames.predictor7", "grey8.jpeg", "rgb.jpeg"].map(
    dicomFixture,
  ),
];

function dicomFixture(name: string): readonly [string, Uint8Array] {
  return [`DICOM ${name}`, sampleBytes(`dicom/${name}.dcm`)];
}

/** Reads all slices, or at least as far as damage lets it: code of the error, and how long it took. */
async function outcome(bytes: Uint8Array): Promise<{ code: string; milliseconds: number }> {
  const start = performance.now();
  let code = "read";
  try {
    const image = await read(bytes);
    for (const { plane, count } of image.stacks) {
      for (const index of new Set([0, count >> 1, count - 1])) {
        const { values, width, height, channels } = await image.picture(plane, index);
        if (values.length !== width * height * channels) code = "wrong size";
        if (!values.every(Number.isFinite)) code = "not finite";
      }
    }
  } catch (error) {
    code = error instanceof ConvAtlasError ? error.code : `threw ${String(error)}`;
  }
  return { code, milliseconds: performance.now() - start };
}

const ALLOWED = [
  "read",
  "empty-file",
  "not-an-image",
  "truncated",
  "malformed",
  "unsupported",
  "too-large",
];

describe("damaged images", () => {
  it.each(FILES)("%s: every damage is read or refused in words, at once", async (name, bytes) => {
    expect((await outcome(bytes)).code).toBe("read");
    const random = new SeededRandom(SEED * 1000 + name.length);
    for (let run = 0; run < RUNS; run += 1) {
      const [, other] = FILES[random.index(FILES.length)];
      const damaged = damage(bytes, random, other);
      const { code, milliseconds } = await outcome(damaged);
      expect([run, ALLOWED.includes(code) ? "fine" : code]).toEqual([run, "fine"]);
      expect([run, Math.max(MOST_MILLISECONDS, milliseconds)]).toEqual([run, MOST_MILLISECONDS]);
    }
  });
});
