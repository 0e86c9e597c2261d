import { describe, expect, it } from "vitest";
import { float16ToFloat32 } from "../../../src/core/bytes/halfPrecision.ts";
import type { Picture } from "../../../src/core/images/image.ts";
import { preparedInput, preparedMaps } from "../../../src/core/images/preparedInput.ts";
import {
  type NetworkInput,
  type Preprocessing,
  proposePreprocessing,
  type Scaling,
} from "../../../src/core/images/preprocessing.ts";
import { firstPicture, read, sampleBytes, sliceBytes } from "./imageFiles.ts";

const INPUT: NetworkInput = {
  name: "image",
  elements: "float32",
  layout: "channelsFirst",
  channels: 1,
  height: 256,
  width: 256,
};

const PLAIN: Preprocessing = {
  height: 2,
  width: 2,
  placement: "pad",
  window: { low: 0, high: 10 },
  scaling: "raw",
};

function picture(width: number, channels: Picture["channels"], ...values: number[]): Picture {
  return {
    width,
    height: values.length / width / channels,
    channels,
    values: Float32Array.from(values),
  };
}

function prepared(
  shown: Picture,
  change: Partial<Preprocessing>,
  input: Partial<NetworkInput> = {},
) {
  return [...preparedInput(shown, { ...PLAIN, ...change }, { ...INPUT, ...input })];
}

describe("what is proposed", () => {
  const EIGHT = { range: { low: 0, high: 200 }, window: null };
  const HALL = { range: { low: -1024, high: 3071 }, window: { low: -160, high: 240 } };

  it("keeps the scale of 8-bit pictures, else goes by the window or the range", () => {
    const window = (image: Parameters<typeof proposePreprocessing>[1]) =>
      proposePreprocessing(INPUT, image, { width: 256, height: 256 }).window;
    expect(window(EIGHT)).toEqual({ low: 0, high: 255 });
    expect(window({ ...EIGHT, window: { low: 0, high: 199 } })).toEqual({ low: 0, high: 255 });
    expect(window(HALL)).toEqual(HALL.window);
    expect(window({ ...HALL, window: null })).toEqual(HALL.range);
    expect(window({ range: { low: 0, high: 1 }, window: null })).toEqual({ low: 0, high: 1 });
    expect(window({ range: { low: 3, high: 3 }, window: null })).toEqual({ low: 3, high: 4 });
  });

  it("has the size of the input, or of the picture where the network takes any", () => {
    const size = (input: Partial<NetworkInput>, width: number, height: number) => {
      const made = proposePreprocessing({ ...INPUT, ...input }, EIGHT, { width, height });
      return [made.width, made.height, made.placement];
    };
    expect(size({}, 256, 256)).toEqual([256, 256, "pad"]);
    expect(size({}, 181, 217)).toEqual([256, 256, "pad"]);
    expect(size({}, 181, 300)).toEqual([256, 256, "fit"]);
    expect(size({ height: null, width: null }, 181, 217)).toEqual([192, 224, "pad"]);
    expect(size({ height: null, width: null }, 256, 512)).toEqual([256, 512, "pad"]);
    expect(size({ height: null, width: null }, 5000, 700)).toEqual([1024, 704, "fit"]);
  });

  it("is whole numbers for a network that takes them", () => {
    const scaling = (elements: NetworkInput["elements"]) =>
      proposePreprocessing({ ...INPUT, elements }, EIGHT, { width: 9, height: 9 }).scaling;
    expect(scaling("float16")).toBe("unit");
    expect(scaling("uint8")).toBe("byte");
  });
});

describe("the samples as the network takes them", () => {
  it("are the values of slice 80 / 255, from PNG, DICOM and NIfTI", async () => {
    const png = await firstPicture(sliceBytes("slice-006"));
    const expected = png.values.map((value) => value / 255);
    const dicom = await read(sampleBytes("brain-slice.dcm"));
    const nifti = await read(sampleBytes("brain-t1.nii.gz"));
    for (const [image, shown, mirrored] of [
      [await read(sliceBytes("slice-006")), png, false],
      [dicom, await dicom.picture("frame", 0), false],
      [nifti, await nifti.picture("axial", 40), true],
    ] as const) {
      const proposed = proposePreprocessing(INPUT, image, shown);
      expect(proposed).toEqual({
        height: 256,
        width: 256,
        placement: "pad",
        window: { low: 0, high: 255 },
        scaling: "unit",
      });
      // The network was trained with the patient's left at the left; volumes are shown mirrored.
      expect(preparedInput(shown, { ...proposed, mirrored }, INPUT)).toEqual(expected);
    }
  });
});

describe("scaling", () => {
  const shown = picture(2, 1, -5, 0, 4, 20);
  const expected: Readonly<Record<Scaling, readonly number[]>> = {
    unit: [0, 0, 0.4, 1],
    symmetric: [-1, -1, -0.2, 1],
    byte: [0, 0, 102, 255],
    raw: [-5, 0, 4, 20],
    // Of 0, 0, 4, 10: mean 3.5, variance (12.25 + 12.25 + 0.25 + 42.25) / 4.
    standard: [0, 0, 4, 10].map((value) => (value - 3.5) / Math.sqrt(16.75)),
    imagenet: [0, 0, 0.4, 1].map((value) => (value - 0.449) / 0.226),
  };

  it.each(Object.keys(expected) as Scaling[])("%s maps the window and clips", (scaling) => {
    for (const [index, value] of prepared(shown, { scaling }).entries()) {
      expect(value).toBeCloseTo(expected[scaling][index], 6);
    }
  });

  it("of ImageNet differs by colour", () => {
    const channels = prepared(
      picture(1, 3, 10, 10, 10),
      { scaling: "imagenet", width: 1, height: 1 },
      { channels: 3 },
    );
    for (const [index, expectedValue] of [
      (1 - 0.485) / 0.229,
      (1 - 0.456) / 0.224,
      (1 - 0.406) / 0.225,
    ].entries()) {
      expect(channels[index]).toBeCloseTo(expectedValue, 6);
    }
  });

  it("stays finite where window or picture have one value", () => {
    for (const scaling of Object.keys(expected) as Scaling[]) {
      const made = prepared(picture(2, 1, 3, 3, 3, 3), { scaling, window: { low: 3, high: 3 } });
      expect(made.every(Number.isFinite)).toBe(true);
    }
  });
});

describe("channels", () => {
  const colour = picture(1, 3, 10, 20, 30);
  const size = { width: 1, height: 1 };

  it("repeat grey, and leave opacity out", () => {
    expect(prepared(picture(1, 1, 7), size, { channels: 3 })).toEqual([7, 7, 7]);
    expect(prepared(picture(1, 2, 7, 0), size)).toEqual([7]);
    expect(prepared(picture(1, 4, 10, 20, 30, 0), size, { channels: 3 })).toEqual([10, 20, 30]);
  });

  it("make colours to luminance where there are not three", () => {
    const grey = 0.299 * 10 + 0.587 * 20 + 0.114 * 30;
    for (const channels of [1, 2, 4]) {
      for (const value of prepared(colour, size, { channels })) expect(value).toBeCloseTo(grey, 5);
    }
    expect(prepared(picture(1, 3, 77, 77, 77), size)).toEqual([77]);
  });

  it("stand where the network has them", () => {
    const two = picture(2, 3, 1, 2, 3, 4, 5, 6);
    const wide = { width: 2, height: 1 };
    expect(prepared(two, wide, { channels: 3 })).toEqual([1, 4, 2, 5, 3, 6]);
    expect(prepared(two, wide, { channels: 3, layout: "channelsLast" })).toEqual([
      1, 2, 3, 4, 5, 6,
    ]);
    expect([...preparedMaps(two, { ...PLAIN, ...wide }, 3)]).toEqual([1, 4, 2, 5, 3, 6]);
  });
});

describe("types of numbers", () => {
  const shown = picture(2, 1, 0, 5, 10, 2.5);
  const made = (elements: NetworkInput["elements"], scaling: Scaling) =>
    preparedInput(shown, { ...PLAIN, scaling }, { ...INPUT, elements });

  it("are those of the input", () => {
    expect(made("uint8", "byte")).toEqual(Uint8Array.of(0, 128, 255, 64));
    expect(made("int8", "byte")).toEqual(Int8Array.of(-128, 0, 127, -64));
    expect(made("int32", "raw")).toEqual(Int32Array.of(0, 5, 10, 3));
    expect(made("float64", "unit")).toEqual(Float64Array.of(0, 0.5, 1, 0.25));
    const half = made("float16", "unit");
    expect(half instanceof Uint16Array && [...float16ToFloat32(half)]).toEqual([0, 0.5, 1, 0.25]);
    expect(made("uint8", "raw")).toEqual(Uint8Array.of(0, 5, 10, 3));
  });
});
