import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { Plane } from "../../../src/core/images/image.ts";
import { firstPicture, read, refusal, sampleBytes, sliceBytes } from "./imageFiles.ts";
import { type NiftiWritten, niftiBytes } from "./niftiWriter.ts";

const SIZE = [2, 3, 4] as const;
/** Voxel (x, y, z) holds 100 z + 10 y + x, where x runs to the right, y to anterior, z to superior. */
const NUMBERS = Array.from({ length: 24 }, (_, index) => {
  const [x, y, z] = [index % 2, Math.floor(index / 2) % 3, Math.floor(index / 6)];
  return 100 * z + 10 * y + x;
});

function written(more: Partial<NiftiWritten> = {}): NiftiWritten {
  const voxels = new Uint8Array(Int16Array.from(NUMBERS).buffer);
  return { size: SIZE, datatype: 4, voxels, width: 2, sform: RAS, ...more };
}

const RAS = [
  [1, 0, 0, 0],
  [0, 1, 0, 0],
  [0, 0, 1, 0],
] as const;

/** Patient's right at the left, anterior or superior up; sagittal: anterior at the left. */
const EXPECTED: Readonly<Record<Exclude<Plane, "frame">, readonly (readonly number[])[]>> = {
  axial: [121, 120, 111, 110, 101, 100].map((value) => [value]),
  coronal: [311, 310, 211, 210, 111, 110, 11, 10].map((value) => [value]),
  sagittal: [321, 311, 301, 221, 211, 201, 121, 111, 101, 21, 11, 1].map((value) => [value]),
};

async function slices(bytes: Uint8Array) {
  const image = await read(bytes);
  const picture = async (plane: Plane) => [...(await image.picture(plane, 1)).values];
  return {
    axial: await picture("axial"),
    coronal: await picture("coronal"),
    sagittal: await picture("sagittal"),
  };
}

const SECOND_SLICES = {
  axial: EXPECTED.axial.flat(),
  coronal: EXPECTED.coronal.flat(),
  sagittal: EXPECTED.sagittal.flat(),
};

describe("slices of a volume", () => {
  it("are shown in the radiological convention", async () => {
    const image = await read(niftiBytes(written()));
    expect(image.stacks).toEqual([
      { plane: "axial", count: 4 },
      { plane: "coronal", count: 3 },
      { plane: "sagittal", count: 2 },
    ]);
    expect(await slices(niftiBytes(written()))).toEqual(SECOND_SLICES);
    expect(image.range).toEqual({ low: 0, high: 321 });
    expect(image.window).toBeNull();
    expect(image.remarks).toEqual([]);
  });

  /** The same volume stored along other axes: entries are the patient's axis and its sense. */
  const STORED = [
    [
      "LPS",
      [
        [0, -1],
        [1, -1],
        [2, 1],
      ],
    ],
    [
      "LAS",
      [
        [0, -1],
        [1, 1],
        [2, 1],
      ],
    ],
    [
      "PIR",
      [
        [1, -1],
        [2, -1],
        [0, 1],
      ],
    ],
    [
      "SRP",
      [
        [2, 1],
        [0, 1],
        [1, -1],
      ],
    ],
    [
      "ASL",
      [
        [1, 1],
        [2, 1],
        [0, -1],
      ],
    ],
  ] as const;

  it.each(STORED)("are the same, stored along %s", async (_, axes) => {
    const size = axes.map(([axis]) => SIZE[axis]);
    const stored: number[] = [];
    for (let k = 0; k < size[2]; k += 1)
      for (let j = 0; j < size[1]; j += 1)
        for (let i = 0; i < size[0]; i += 1) {
          const patient = [0, 0, 0];
          for (const [index, at] of [i, j, k].entries()) {
            const [axis, sense] = axes[index];
            patient[axis] = sense > 0 ? at : SIZE[axis] - 1 - at;
          }
          stored.push(100 * patient[2] + 10 * patient[1] + patient[0]);
        }
    const sform = [0, 1, 2].map((row): [number, number, number, number] => {
      const column = (index: number) => (axes[index][0] === row ? axes[index][1] * 1.5 : 0.1);
      return [column(0), column(1), column(2), -40];
    });
    const voxels = new Uint8Array(Int16Array.from(stored).buffer);
    const bytes = niftiBytes(written({ size, sform, voxels, spacing: [1.5, 1.5, 1.5] }));
    expect(await slices(bytes)).toEqual(SECOND_SLICES);
    expect((await read(bytes)).remarks).toEqual([
      expect.stringMatching(/tilted by up to \d degrees/),
    ]);
  });

  it("go by the quaternion where the matrix is there and empty", async () => {
    const none = [0, 0, 0, 0] as const;
    const empty = written({ sform: [none, none, none], quaternion: [0, 0, 1, 0, 0, 0] });
    const { sform: _, ...plain } = written({ quaternion: [0, 0, 1, 0, 0, 0] });
    expect(await slices(niftiBytes(empty))).toEqual(await slices(niftiBytes(plain)));
    expect((await read(niftiBytes(empty))).remarks).toEqual([]);
  });

  it("go by the quaternion where there is no matrix", async () => {
    const { sform: _, ...plain } = written();
    const bytes = niftiBytes({ ...plain, quaternion: [0, 0, 0, 0, 0, 0] });
    expect(await slices(bytes)).toEqual(SECOND_SLICES);
    // Half a turn about z swaps both axes of the axial plane.
    const turned = await slices(niftiBytes({ ...plain, quaternion: [0, 0, 1, 0, 0, 0] }));
    expect(turned.axial).toEqual([...SECOND_SLICES.axial].reverse());
    // qfac -1: the third axis runs down.
    const down = await slices(niftiBytes({ ...plain, quaternion: [0, 0, 0, 0, 0, 0], qfac: -1 }));
    expect(down.axial).toEqual(SECOND_SLICES.axial.map((value) => value + 100));
  });

  it("assume directions where the file has none, and say so", async () => {
    const { sform: _, ...plain } = written();
    expect(await slices(niftiBytes(plain))).toEqual(SECOND_SLICES);
    expect((await read(niftiBytes(plain))).remarks).toEqual([
      expect.stringContaining("does not tell directions"),
    ]);
  });

  it("have square pixels: voxels are repeated, none is mixed", async () => {
    const image = await read(niftiBytes(written({ spacing: [1, 1, 2] })));
    const picture = await image.picture("coronal", 1);
    expect([picture.width, picture.height]).toEqual([2, 8]);
    expect([...picture.values]).toEqual([
      311, 310, 311, 310, 211, 210, 211, 210, 111, 110, 111, 110, 11, 10, 11, 10,
    ]);
    const axial = await image.picture("axial", 1);
    expect([axial.width, axial.height]).toEqual([2, 3]);
  });

  it("of a single slice have its plane alone", async () => {
    const voxels = new Uint8Array(Int16Array.from(NUMBERS.slice(0, 6)).buffer);
    expect((await read(niftiBytes(written({ size: [2, 3], voxels })))).stacks).toEqual([
      { plane: "axial", count: 1 },
    ]);
  });
});

describe("numbers of a volume", () => {
  const TYPES: readonly [
    name: string,
    datatype: number,
    ctor: { from(n: readonly number[]): { buffer: ArrayBuffer; BYTES_PER_ELEMENT: number } },
  ][] = [
    ["uint8", 2, Uint8Array],
    ["int8", 256, Int8Array],
    ["int16", 4, Int16Array],
    ["uint16", 512, Uint16Array],
    ["int32", 8, Int32Array],
    ["uint32", 768, Uint32Array],
    ["float32", 16, Float32Array],
    ["float64", 64, Float64Array],
    ["int64", 1024, { from: (n) => BigInt64Array.from(n.map(BigInt)) }],
    ["uint64", 1280, { from: (n) => BigUint64Array.from(n.map(BigInt)) }],
  ];
  const layouts = [1, 2].flatMap((version) =>
    [false, true].map((isBigEndian) => ({ version, isBigEndian })),
  );

  it.each(TYPES)("may be %s, in both versions and byte orders", async (_, datatype, ctor) => {
    const numbers = NUMBERS.map((number) => number % 120);
    const array = ctor.from(numbers);
    for (const { version, isBigEndian } of layouts) {
      const bytes = niftiBytes(
        written({
          datatype,
          isBigEndian,
          version: version === 1 ? 1 : 2,
          width: array.BYTES_PER_ELEMENT as 1,
          voxels: new Uint8Array(array.buffer),
          slope: 2,
          intercept: -1,
        }),
      );
      const expected = SECOND_SLICES.axial.map((value) => (value % 120) * 2 - 1);
      expect((await slices(bytes)).axial).toEqual(expected);
      expect((await slices(gzipSync(bytes))).axial).toEqual(expected);
    }
  });

  it("that are none become the lowest, with a remark", async () => {
    const numbers = [Number.NaN, 5, Number.POSITIVE_INFINITY, 7, -3, Number.NEGATIVE_INFINITY];
    const voxels = new Uint8Array(Float32Array.from(numbers).buffer);
    const image = await read(
      niftiBytes(written({ size: [2, 3, 1], datatype: 16, voxels, width: 4 })),
    );
    expect([...(await image.picture("axial", 0)).values]).toEqual([-3, -3, 7, -3, 5, -3]);
    expect(image.range).toEqual({ low: -3, high: 7 });
    expect(image.remarks).toEqual([expect.stringContaining("3 voxels hold no number")]);
  });

  it("that float32 cannot hold stay finite", async () => {
    const voxels = new Uint8Array(Float64Array.from([1e300, -1e300, 0, 1]).buffer);
    const picture = await firstPicture(
      niftiBytes(written({ size: [2, 2, 1], datatype: 64, voxels, width: 8 })),
    );
    expect([...picture.values].every(Number.isFinite)).toBe(true);
  });

  it("may be colours, which no slope changes", async () => {
    const voxels = Uint8Array.of(1, 2, 3, 4, 5, 6);
    const bytes = niftiBytes(written({ size: [2, 1, 1], datatype: 128, voxels, slope: 3 }));
    const picture = await firstPicture(bytes);
    expect(picture.channels).toBe(3);
    expect([...picture.values]).toEqual([4, 5, 6, 1, 2, 3]);
  });

  it("come from the first of several volumes, with a remark", async () => {
    const voxels = new Uint8Array(
      Int16Array.from([...NUMBERS, ...NUMBERS.map((n) => n + 1000)]).buffer,
    );
    const bytes = niftiBytes(written({ size: [2, 3, 4, 2], voxels }));
    for (const stored of [bytes, gzipSync(bytes)]) {
      const image = await read(stored);
      expect(image.range).toEqual({ low: 0, high: 321 });
      expect(image.remarks).toEqual(["This file holds 2 volumes; the first is shown."]);
    }
  });

  it("are shown from cal_min to cal_max where the file says so", async () => {
    expect((await read(niftiBytes(written({ displayed: [20, 300] })))).window).toEqual({
      low: 20,
      high: 300,
    });
    expect((await read(niftiBytes(written({ displayed: [300, 20] })))).window).toBeNull();
  });
});

describe("the NIfTI sample", () => {
  it("has slice 80 at index 40, mirrored, and nothing else beside it", async () => {
    const image = await read(sampleBytes("brain-t1.nii.gz"));
    expect(image.stacks).toEqual([
      { plane: "axial", count: 91 },
      { plane: "coronal", count: 217 },
      { plane: "sagittal", count: 181 },
    ]);
    const { width, height, values } = await image.picture("axial", 40);
    expect([width, height]).toEqual([181, 217]);
    const png = await firstPicture(sliceBytes("slice-006"));
    // The slices of the sample have the patient's left at the left (train.py, load_slices).
    const canvas = new Float32Array(256 * 256);
    for (let y = 0; y < height; y += 1)
      for (let x = 0; x < width; x += 1)
        canvas[(y + 19) * 256 + 37 + (width - 1 - x)] = values[y * width + x];
    expect(canvas).toEqual(png.values);
    const coronal = await image.picture("coronal", 100);
    expect([coronal.width, coronal.height]).toEqual([181, 182]);
  });

  it("tells nothing of its description", async () => {
    const image = await read(sampleBytes("brain-t1.nii.gz"));
    expect(JSON.stringify(image)).not.toMatch(/Colin|mricron|mni/i);
  });
});

describe("a NIfTI file that cannot be read", () => {
  const whole = niftiBytes(written());
  const packed = new Uint8Array(gzipSync(whole));
  const changed = (at: number, ...bytes: readonly number[]) => {
    const copy = whole.slice();
    copy.set(bytes, at);
    return copy;
  };
  const sample = sampleBytes("brain-t1.nii.gz");
  const shortPack = new Uint8Array(gzipSync(gunzipSync(sample).subarray(0, 100_000)));
  const damagedPack = sample.with(900_000, sample[900_000] ^ 255);

  it.each([
    ["that ends early", whole.slice(0, -2), "truncated"],
    ["that ends early, packed", packed.slice(0, -12), "truncated"],
    ["of a pair", changed(344, 0x6e, 0x69), "unsupported"],
    ["of ANALYZE", changed(344, 0, 0, 0), "unsupported"],
    ["of complex numbers", changed(70, 32), "unsupported"],
    ["of an unknown kind of numbers", changed(70, 99), "unsupported"],
    ["of no axes", changed(40, 9), "malformed"],
    ["of an empty axis", changed(42, 0, 0), "malformed"],
    ["whose voxels lie in its header", changed(108, 0, 0, 0x80, 0x3f), "malformed"],
    ["that is too large", changed(42, 255, 127, 255, 127, 255, 127), "too-large"],
    ["whose packed voxels are damaged", damagedPack, "malformed"],
    ["that is packed and short", shortPack, "truncated"],
    ["whose pack is damaged from the start", packed.with(12, 255), "not-an-image"],
  ])("%s says so", async (_, bytes, code) => {
    const error = await refusal(bytes);
    expect([error.code, error.message]).toEqual([
      code,
      expect.stringMatching(/a file.*[;,] .*\.$/),
    ]);
  });

  it("is not unpacked beyond its first volume", async () => {
    const bomb = gzipSync(Buffer.concat([whole, Buffer.alloc(200_000_000)]));
    const start = performance.now();
    expect((await read(bomb)).range).toEqual({ low: 0, high: 321 });
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
