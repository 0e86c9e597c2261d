import { describe, expect, it } from "vitest";
import { dicomBytes, encapsulated } from "./dicomWriter.ts";
import { firstPicture, read, refusal, sampleBytes } from "./imageFiles.ts";

function fixture(name: string): Uint8Array<ArrayBuffer> {
  return sampleBytes(`dicom/${name}.dcm`);
}

async function allFrames(name: string): Promise<readonly (readonly number[])[]> {
  const image = await read(fixture(name));
  const frames = [];
  for (let frame = 0; frame < image.stacks[0].count; frame += 1) {
    frames.push([...(await image.picture("frame", frame)).values]);
  }
  return frames;
}

/** The stored numbers, which are the last bytes of the uncompressed fixtures. */
function storedNumbers(name: string, count: number, isSigned = false): number[] {
  const bytes = fixture(name);
  const tail = bytes.slice(bytes.length - 2 * count).buffer;
  return [...(isSigned ? new Int16Array(tail) : new Uint16Array(tail))];
}

describe("DICOM without compression", () => {
  it("holds what the bytes of the file say", async () => {
    const pixels = 64 * 64;
    expect(await allFrames("mr16")).toEqual([
      storedNumbers("mr16", pixels).map((number) => number / 16 - 62.5),
    ]);
    expect(await allFrames("signed")).toEqual([storedNumbers("signed", pixels, true)]);
    expect(await allFrames("twelve")).toEqual([storedNumbers("twelve", pixels)]);
    expect((await allFrames("frames")).flat()).toEqual(storedNumbers("frames", 3 * 32 * 32));
    const grey = fixture("grey8");
    expect(await allFrames("grey8")).toEqual([[...grey.subarray(grey.length - pixels)]]);
    const colours = fixture("rgb");
    expect(await allFrames("rgb")).toEqual([[...colours.subarray(colours.length - 64 * 48 * 3)]]);
  });

  it.each(["implicit", "big", "deflated"])("is the same, stored %s", async (syntax) => {
    expect(await allFrames(`mr16.${syntax}`)).toEqual(await allFrames("mr16"));
  });
});

describe("single bytes in big-endian words", () => {
  it("are put in order, an odd last one too", async () => {
    expect(await allFrames("odd.big")).toEqual([
      Array.from({ length: 27 }, (_, index) => index * 9),
    ]);
    expect(await allFrames("odd")).toEqual(await allFrames("odd.big"));
  });
});

describe("compressed DICOM", () => {
  const lossless = ["mr16", "signed", "twelve", "grey8", "rgb", "frames"].flatMap((name) =>
    ["rle", "j2k", "jls", "lossless"].map((syntax) => ({ name, syntax })),
  );
  const ofDcmtk = ["mr16", "rgb"].flatMap((name) =>
    ["dcmtk-rle", "dcmtk-jls", "dcmtk-lossless"].map((syntax) => ({ name, syntax })),
  );
  const predictors = [1, 2, 3, 4, 5, 6, 7].map((predictor) => ({
    name: "frames",
    syntax: `predictor${predictor}`,
  }));

  it.each([...lossless, ...ofDcmtk, ...predictors])(
    "$name as $syntax has the pixels of the uncompressed file",
    async ({ name, syntax }) => {
      expect(await allFrames(`${name}.${syntax}`)).toEqual(await allFrames(name));
    },
  );

  it("leaves out the bits that a point transform left out", async () => {
    const [whole] = await allFrames("grey8");
    expect(await allFrames("grey8.point-transform")).toEqual([
      whole.map((value) => (value >> 2) << 2),
    ]);
  });

  it.each(["grey8", "rgb"])(
    "%s as JPEG baseline has the pixels that DCMTK decodes",
    async (name) => {
      const [ours] = await allFrames(`${name}.jpeg`);
      const [theirs] = await allFrames(`${name}.jpeg-decoded`);
      const differences = ours.map((value, index) => Math.abs(value - theirs[index]));
      // Decoders round the cosine transform and the colours in their own ways.
      expect(Math.max(...differences)).toBeLessThanOrEqual(name === "rgb" ? 4 : 1);
      expect(differences.reduce((sum, one) => sum + one, 0) / ours.length).toBeLessThan(1);
    },
  );

  it("takes colours as they are where the header says RGB and the stream says nothing", async () => {
    const [expected] = await allFrames("rgb.jpeg-rgb-decoded");
    const bytes = fixture("rgb.jpeg-rgb");
    const start = String.fromCharCode(...bytes).indexOf("\xff\xd8\xff\xee");
    const adobe = bytes.subarray(start + 2, start + 18);
    expect(String.fromCharCode(...adobe.subarray(4, 9))).toBe("Adobe");
    const end = bytes.length - 8;
    const stream = Uint8Array.from([
      ...bytes.subarray(start, start + 2),
      ...bytes.subarray(start + 18, end),
    ]);
    for (const fragment of [bytes.slice(start, end), stream]) {
      const file = dicomBytes(
        { pixels: [], columns: 64, rows: 48, bits: 8, samples: 3 },
        {
          syntax: "1.2.840.10008.1.2.4.50",
          elements: { "7fe00010": ["OB", encapsulated(fragment)] },
        },
      );
      const { values } = await firstPicture(file);
      const differences = expected.map((value, index) => Math.abs(value - values[index]));
      expect(Math.max(...differences)).toBeLessThanOrEqual(1);
    }
  });

  it("refuses JPEG with 12 bits, and says what to try", async () => {
    const error = await refusal(fixture("twelve.jpeg12"));
    expect(error.code).toBe("unsupported");
    expect(error.message).toMatch(/JPEG with 12 bits.*dcmdjpeg/);
  });

  it.each([
    ["1.2.840.10008.1.2.4.201", /high-throughput JPEG 2000/],
    ["1.2.840.10008.1.2.4.102", /MPEG-4 video/],
    ["1.2.840.10008.1.2.9.99", /transfer syntax 1\.2\.840\.10008\.1\.2\.9\.99/],
    ["Doe^Jane", /transfer syntax of an unknown number/],
  ])("refuses transfer syntax %s by its name", async (syntax, named) => {
    const error = await refusal(dicomBytes({ pixels: [1, 2, 3, 4], columns: 2 }, { syntax }));
    expect(error.code).toBe("unsupported");
    expect(error.message).toMatch(named);
    expect(error.message).toContain("gdcmconv --raw");
    expect(`${error.message} ${error.details}`).not.toContain("Doe");
  });
});
