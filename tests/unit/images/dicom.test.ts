import { describe, expect, it } from "vitest";
import { memorySource } from "../../../src/core/bytes/memorySource.ts";
import { readImage } from "../../../src/core/images/readImage.ts";
import { type DicomElements, dicomBytes, encapsulated } from "./dicomWriter.ts";
import { firstPicture, read, refusal, sampleBytes, sliceBytes } from "./imageFiles.ts";

async function values(bytes: Uint8Array): Promise<readonly number[]> {
  return [...(await firstPicture(bytes)).values];
}

const FOUR = { pixels: [0, 1, 2, 3], columns: 2, stored: 12 };

describe("the DICOM sample", () => {
  it("holds slice 80, rescaled to the values of its PNG, 0..255", async () => {
    const image = await read(sampleBytes("brain-slice.dcm"));
    const picture = await image.picture("frame", 0);
    const png = await firstPicture(sliceBytes("slice-006"));
    expect([picture.width, picture.height, picture.channels]).toEqual([256, 256, 1]);
    expect(picture.values).toEqual(png.values);
    expect(image.range.low).toBe(0);
    expect(image.range.high).toBe(Math.max(...png.values));
    expect(image.range.high).toBeLessThanOrEqual(255);
    // Centre 100, width 200: PS3.3, C.11.2.1.2.
    expect(image.window).toEqual({ low: 0, high: 199 });
    expect(image.remarks).toEqual([]);
  });
});

describe("values of DICOM pixels", () => {
  it("are masked to the bits stored, from the high bit down, and told their sign", async () => {
    expect(await values(dicomBytes({ ...FOUR, pixels: [0xf001, 0x0fff, 0x1800, 0x07ff] }))).toEqual(
      [1, 4095, 2048, 2047],
    );
    const signed = { ...FOUR, pixels: [0xf001, 0x0fff, 0x1800, 0x07ff], isSigned: true };
    expect(await values(dicomBytes(signed))).toEqual([1, -1, -2048, 2047]);
    const high = { elements: { "00280102": ["US", [15]] } } as const;
    expect(
      await values(dicomBytes({ ...FOUR, pixels: [0x0010, 0xfff0, 0x8000, 0x000f] }, high)),
    ).toEqual([1, 4095, 2048, 0]);
    expect(
      await values(
        dicomBytes({ pixels: [1, 4294967295, 0, 7], columns: 2, bits: 32, isSigned: true }),
      ),
    ).toEqual([1, -1, 0, 7]);
  });

  it("are rescaled; a slope of 0 is taken for none", async () => {
    const elements = { "00281052": ["DS", "-1024"], "00281053": ["DS", "2.5"] } as const;
    expect(await values(dicomBytes(FOUR, { elements }))).toEqual([-1024, -1021.5, -1019, -1016.5]);
    const flat = { "00281052": ["DS", "7"], "00281053": ["DS", "0"] } as const;
    expect(await values(dicomBytes(FOUR, { elements: flat }))).toEqual([7, 8, 9, 10]);
  });

  it("of MONOCHROME1 are turned round, and their window with them", async () => {
    const elements = {
      "00281052": ["DS", "100"],
      "00281050": ["DS", "201"],
      "00281051": ["DS", "3"],
    } as const;
    const image = await read(dicomBytes({ ...FOUR, photometric: "MONOCHROME1" }, { elements }));
    expect([...(await image.picture("frame", 0)).values]).toEqual([4195, 4194, 4193, 4192]);
    // 199.5..201.5 in the file: 4095 + 200 minus that.
    expect(image.window).toEqual({ low: 4095 + 200 - 201.5, high: 4095 + 200 - 199.5 });
    expect(image.remarks).toEqual([expect.stringContaining("white")]);
  });

  it("of padding become the lowest of the picture", async () => {
    const padded = { ...FOUR, pixels: [0x8000, 5, 9, 0x8000], stored: 16, isSigned: true };
    const elements = { "00280120": ["SS", [-32768]] } as const;
    expect(await values(dicomBytes(padded, { elements }))).toEqual([5, 5, 9, 5]);
    const range = { "00280120": ["SS", [-32768]], "00280121": ["SS", [5]] } as const;
    expect(await values(dicomBytes(padded, { elements: range }))).toEqual([9, 9, 9, 9]);
  });

  it("have the window that the file asks for, by its function", async () => {
    const window = async (more: DicomElements) =>
      (await read(dicomBytes(FOUR, { elements: more }))).window;
    const both = { "00281050": ["DS", "40\\500"], "00281051": ["DS", "400\\2000"] } as const;
    expect(await window(both)).toEqual({ low: -160, high: 239 });
    expect(await window({ ...both, "00281056": ["CS", "LINEAR_EXACT"] })).toEqual({
      low: -160,
      high: 240,
    });
    // Widths below 1 are those of values after a small slope; LINEAR, which counts levels, has none.
    const narrow = { "00281050": ["DS", "0.5"], "00281051": ["DS", "0.25"] } as const;
    expect(await window(narrow)).toBeNull();
    for (const name of ["LINEAR_EXACT", "SIGMOID"]) {
      const found = await window({ ...narrow, "00281056": ["CS", name] });
      expect(found).toEqual({ low: 0.375, high: 0.625 });
    }
    expect(await window({ "00281050": ["DS", "40"] })).toBeNull();
    expect(await window({ "00281050": ["DS", "x"], "00281051": ["DS", "400"] })).toBeNull();
    expect(await window({ "00281050": ["DS", "40"], "00281051": ["DS", "0"] })).toBeNull();
  });

  it("of frames have the window of their group, by its function", async () => {
    const exact: DicomElements = {
      "00281050": ["DS", "40"],
      "00281051": ["DS", "400"],
      "00281056": ["CS", "LINEAR_EXACT"],
    };
    const windowing: DicomElements = { "00289132": ["SQ", { items: [exact] }] };
    const elements: DicomElements = { "52009229": ["SQ", { items: [windowing] }] };
    const image = await read(dicomBytes(FOUR, { elements }));
    expect(image.window).toEqual({ low: -160, high: 240 });
  });

  it("of frames are rescaled by the groups of their frame, else by the shared group", async () => {
    const transformed = (intercept: string, slope: string): DicomElements => ({
      "00289145": ["SQ", { items: [{ "00281052": ["DS", intercept], "00281053": ["DS", slope] }] }],
    });
    const elements: DicomElements = {
      "52009229": ["SQ", { items: [transformed("10", "2")] }],
      "52009230": ["SQ", { items: [transformed("0", "3"), { "00289132": ["SQ", { items: [] }] }] }],
    };
    const image = await read(
      dicomBytes({ pixels: [1, 2, 3, 4], columns: 2, rows: 1, frames: 2 }, { elements }),
    );
    expect(image.stacks).toEqual([{ plane: "frame", count: 2 }]);
    expect([...(await image.picture("frame", 0)).values]).toEqual([3, 6]);
    expect([...(await image.picture("frame", 1)).values]).toEqual([16, 18]);
    expect(image.range).toEqual({ low: 3, high: 18 });
    await expect(image.picture("frame", 2)).rejects.toMatchObject({ code: "bad-setting" });
    await expect(image.picture("axial", 0)).rejects.toMatchObject({ code: "bad-setting" });
  });

  it("of single bits follow each other across frames", async () => {
    const pixels = [1, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 1, 1, 1, 0, 1, 1, 0];
    const image = await read(dicomBytes({ pixels, columns: 3, rows: 3, frames: 2, bits: 1 }));
    expect([...(await image.picture("frame", 0)).values]).toEqual(pixels.slice(0, 9));
    expect([...(await image.picture("frame", 1)).values]).toEqual(pixels.slice(9));
  });
});

describe("colours of DICOM", () => {
  const rgb = { pixels: [255, 0, 10, 0, 128, 20], columns: 2, bits: 8, samples: 3 } as const;

  it("may come plane by plane", async () => {
    expect(await values(dicomBytes(rgb))).toEqual([255, 0, 10, 0, 128, 20]);
    const elements = { "00280006": ["US", [1]] } as const;
    expect(await values(dicomBytes(rgb, { elements }))).toEqual([255, 10, 128, 0, 0, 20]);
  });

  it("are made of luminance and colour differences", async () => {
    // Of red, green, blue, white (PS3.3, C.7.6.3.1.2), to whole numbers.
    const pixels = [76, 85, 255, 150, 44, 21, 29, 255, 107, 255, 128, 128];
    const found = await values(dicomBytes({ ...rgb, pixels, columns: 4, photometric: "YBR_FULL" }));
    const expected = [254, 0, 0, 0, 255, 1, 0, 0, 254, 255, 255, 255];
    for (const [index, value] of found.entries()) {
      expect(Math.abs(value - expected[index])).toBeLessThanOrEqual(1);
    }
    const shared = await values(
      dicomBytes({
        ...rgb,
        pixels: [76, 76, 85, 255],
        columns: 2,
        rows: 1,
        photometric: "YBR_FULL_422",
      }),
    );
    expect(shared).toEqual([...found.slice(0, 3), ...found.slice(0, 3)]);
  });

  it("are not taken to be shared by two pixels where each has its own", async () => {
    const pixels = [76, 85, 255, 150, 44, 21, 29, 255, 107, 255, 128, 128];
    const written = { ...rgb, pixels, columns: 2, rows: 1, frames: 2 };
    const said = await read(dicomBytes({ ...written, photometric: "YBR_FULL_422" }));
    const meant = await read(dicomBytes({ ...written, photometric: "YBR_FULL" }));
    for (const frame of [0, 1]) {
      expect(await said.picture("frame", frame)).toEqual(await meant.picture("frame", frame));
    }
  });

  describe("in a palette", () => {
    const INDEXES = {
      pixels: [0, 1, 2, 9],
      columns: 2,
      bits: 8,
      photometric: "PALETTE COLOR",
    } as const;
    const COLOURS = [1, 10, 100, 1, 10, 100, 2, 20, 110, 3, 30, 120];

    function palette(bits: 8 | 16, toBytes: (entry: number) => readonly number[]): DicomElements {
      const descriptor = ["US", [3, 1, bits]] as const;
      const table = (...entries: readonly number[]) =>
        ["OW", Uint8Array.from(entries.flatMap(toBytes))] as const;
      return {
        "00281101": descriptor,
        "00281102": descriptor,
        "00281103": descriptor,
        "00281201": table(1, 2, 3),
        "00281202": table(10, 20, 30),
        "00281203": table(100, 110, 120),
      };
    }

    it("are looked up, entries outside it at its ends", async () => {
      const elements = palette(8, (entry) => [entry]);
      expect(await values(dicomBytes(INDEXES, { elements }))).toEqual(COLOURS);
      expect((await refusal(dicomBytes(INDEXES))).code).toBe("malformed");
    });

    it("have 16 bits each, or 8 in the lower half of 16", async () => {
      const wide = palette(16, (entry) => [7, entry]);
      expect(await values(dicomBytes(INDEXES, { elements: wide }))).toEqual(COLOURS);
      const half = palette(8, (entry) => [entry, 0]);
      expect(await values(dicomBytes(INDEXES, { elements: half }))).toEqual(COLOURS);
    });
  });
});

describe("what a DICOM file says of a person", () => {
  const PERSONAL: DicomElements = {
    "00080020": ["DA", "19700101"],
    "00080080": ["LO", "Hospital of Nowhere"],
    "00080090": ["PN", "Referrer^Rita"],
    "00081030": ["LO", "Study of Doe"],
    "00081070": ["PN", "Operator^Olaf"],
    "00100010": ["PN", "Doe^Jane"],
    "00100020": ["LO", "ID-4711"],
    "00100030": ["DA", "19691231"],
    "00104000": ["LT", "Comment about Jane"],
    "00200010": ["SH", "STUDY-1"],
    "00204000": ["LT", "Image of Jane"],
  };

  it("is in no part of what was read, nor in any error", async () => {
    const files = [
      dicomBytes(FOUR, { elements: PERSONAL }),
      dicomBytes(FOUR, { elements: PERSONAL }).slice(0, -4),
      dicomBytes(FOUR, { elements: { ...PERSONAL, "00280004": ["CS", "DOE JANE"] } }),
      dicomBytes(FOUR, { elements: { ...PERSONAL, "00280100": ["US", [12]] } }),
      dicomBytes(FOUR, { elements: PERSONAL, syntax: "1.2.840.10008.1.2.4.90" }),
    ];
    const texts = Object.values(PERSONAL).map(([, value]) => String(value));
    const words = texts.flatMap((text) => text.split(/[\^ ]/)).filter((word) => word.length > 3);
    for (const bytes of files) {
      const told = await everythingTold(bytes);
      for (const word of words) expect(told).not.toContain(word);
    }
  });

  it("is in no text that is reached from the sample", async () => {
    const told = await everythingTold(sampleBytes("brain-slice.dcm"));
    for (const word of ["Template", "Colin27", "COLIN27", "axial slice", "2.25."]) {
      expect(told).not.toContain(word);
    }
  });
});

/** All texts of an image and of its first picture, or of the error in its place. */
async function everythingTold(bytes: Uint8Array): Promise<string> {
  try {
    const image = await readImage(memorySource("scan.dcm", bytes), null);
    const picture = await image.picture("frame", 0);
    return JSON.stringify([
      image,
      picture,
      [...picture.values].map((code) => String.fromCharCode(code)).join(""),
    ]);
  } catch (error) {
    return JSON.stringify([error, Object(error).message, Object(error).details]);
  }
}

describe("a DICOM file that cannot be read", () => {
  const rle = "1.2.840.10008.1.2.5";
  const inFragments = (...fragments: readonly Uint8Array[]) =>
    dicomBytes(FOUR, { syntax: rle, elements: { "7fe00010": ["OB", encapsulated(...fragments)] } });

  it.each([
    ["cut within its first element", dicomBytes(FOUR).slice(0, 140), "truncated"],
    ["cut within its header", dicomBytes(FOUR).slice(0, 200), "truncated"],
    ["with fewer pixels than it says", dicomBytes(FOUR).slice(0, -4), "truncated"],
    ["without pixels", dicomBytes(FOUR, { elements: { "7fe00010": ["OW", []] } }), "truncated"],
    ["without a size", dicomBytes({ ...FOUR, columns: 0, rows: 2 }), "malformed"],
    ["of bits that do not fit", dicomBytes({ ...FOUR, stored: 20 }), "malformed"],
    [
      "of twelve bits side by side",
      dicomBytes(FOUR, { elements: { "00280100": ["US", [12]] } }),
      "unsupported",
    ],
    ["of colours that are not known", dicomBytes({ ...FOUR, photometric: "CMYK" }), "unsupported"],
    [
      "of floating-point pixels",
      dicomBytes(FOUR, { elements: { "7fe00008": ["OW", [1, 2]] } }),
      "unsupported",
    ],
    ["that is too large", dicomBytes({ ...FOUR, columns: 65535, rows: 65535 }), "too-large"],
    ["without fragments", inFragments(), "truncated"],
    ["with a fragment that is too short", inFragments(new Uint8Array(10)), "truncated"],
    ["with a fragment of something else", inFragments(new Uint8Array(100).fill(7)), "malformed"],
    ["whose fragments are no fragments", dicomBytes(FOUR, { syntax: rle }), "malformed"],
  ])("%s says so", async (_, bytes, code) => {
    const error = await refusal(bytes);
    expect([error.code, error.message]).toEqual([
      code,
      expect.stringMatching(/a file.*[;,] .*\.$/),
    ]);
  });

  it("that is a report is no image", async () => {
    const whole = dicomBytes(FOUR);
    const text = String.fromCharCode(...whole);
    const report = whole.slice(0, text.lastIndexOf("\xe0\x7f"));
    const error = await refusal(report);
    expect([error.code, error.message]).toEqual([
      "not-an-image",
      expect.stringContaining("without pixels"),
    ]);
  });

  it.each(["j2k", "jls", "lossless", "rle"])(
    "with damaged or missing %s says so",
    async (syntax) => {
      const whole = sampleBytes(`dicom/mr16.${syntax}.dcm`);
      expect((await refusal(whole.slice(0, -2000))).code).toBe("truncated");
      // RLE has nothing by which damage could be told from pixels.
      if (syntax === "rle") return;
      const damaged = whole.slice();
      damaged.fill(0xff, whole.length - 3000, whole.length - 1000);
      expect(["truncated", "malformed"]).toContain((await refusal(damaged)).code);
    },
  );

  it("with compressed pixels of another size says so", async () => {
    for (const syntax of ["j2k", "jls", "lossless"]) {
      const bytes = sampleBytes(`dicom/mr16.${syntax}.dcm`);
      const text = String.fromCharCode(...bytes.subarray(0, 2000));
      bytes[text.indexOf("(\0\x11\0US") + 8] = 65;
      const error = await refusal(bytes);
      expect([error.code, error.message]).toEqual([
        "malformed",
        expect.stringContaining("another size"),
      ]);
    }
  });
});
