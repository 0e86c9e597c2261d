import { describe, expect, it } from "vitest";
import { simplestPicture } from "../../../src/core/images/browserPicture.ts";
import type { Picture } from "../../../src/core/images/image.ts";
import type { PictureDecoder } from "../../../src/core/images/imageFormat.ts";
import { joined } from "./dicomWriter.ts";
import { read, refusal } from "./imageFiles.ts";

const letters = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

/** A JPEG as far as its headers go: start, comment, frame, scan, some pixels, end. */
function jpegBytes(width: number, height: number, frame = 0xc0, precision = 8): Uint8Array {
  const size = [height >> 8, height & 255, width >> 8, width & 255];
  return joined(
    Uint8Array.of(0xff, 0xd8, 0xff, 0xfe, 0, 10),
    letters("Jane Doe"),
    Uint8Array.of(0xff, frame, 0, 11, precision, ...size, 1, 1, 0x11, 0),
    Uint8Array.of(0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 1, 2, 3, 4, 0xff, 0xd9),
  );
}

function webpBytes(kind: "VP8X" | "VP8L" | "VP8 ", width: number, height: number): Uint8Array {
  const content = new Uint8Array(18);
  const view = new DataView(content.buffer);
  if (kind === "VP8X") {
    view.setUint16(4, width - 1, true);
    view.setUint16(7, height - 1, true);
  } else if (kind === "VP8L") {
    content[0] = 0x2f;
    view.setUint32(1, (width - 1) | ((height - 1) << 14), true);
  } else {
    view.setUint16(6, width, true);
    view.setUint16(8, height, true);
  }
  const length = (value: number) => new Uint8Array(Uint32Array.of(value).buffer);
  return joined(
    letters("RIFF"),
    length(12 + content.length),
    letters("WEBP"),
    letters(kind),
    length(content.length),
    content,
  );
}

/** In the place of a browser: every pixel is the same. */
function decoderOf(pixel: readonly number[]): PictureDecoder & { readonly calls: string[] } {
  const calls: string[] = [];
  const decode: PictureDecoder = async (_, mime) => {
    calls.push(mime);
    return { width: 2, height: 1, channels: 4, values: Float32Array.from([...pixel, ...pixel]) };
  };
  return Object.assign(decode, { calls });
}

describe("JPEG and WebP", () => {
  it("are decoded by the browser, told by their content", async () => {
    const decoder = decoderOf([7, 7, 7, 255]);
    const jpeg = await read(jpegBytes(2, 1), decoder, "photo.dcm");
    expect(jpeg.format).toBe("jpeg");
    expect(jpeg.window).toEqual({ low: 0, high: 255 });
    const picture = await jpeg.picture("frame", 0);
    expect([picture.channels, ...picture.values]).toEqual([1, 7, 7]);
    for (const kind of ["VP8X", "VP8L", "VP8 "] as const) {
      expect((await read(webpBytes(kind, 2, 1), decoder)).format).toBe("webp");
    }
    expect(decoder.calls).toEqual(["image/jpeg", "image/webp", "image/webp", "image/webp"]);
  });

  it("say so where there is no browser, or where it cannot", async () => {
    for (const bytes of [jpegBytes(2, 1), webpBytes("VP8L", 2, 1)]) {
      expect(await refusal(bytes)).toMatchObject({
        code: "unsupported",
        message: expect.stringContaining("browser"),
      });
      const failing = read(bytes, () => Promise.reject(new Error("no")));
      await expect(failing).rejects.toMatchObject({ code: "malformed" });
    }
  });

  it("are refused by their header, before a browser takes memory for them", async () => {
    const decoder = decoderOf([0, 0, 0, 255]);
    const code = (bytes: Uint8Array) =>
      read(bytes, decoder).then(
        () => "read",
        (error) => error.code,
      );
    expect(await code(jpegBytes(65535, 65535))).toBe("too-large");
    expect(await code(webpBytes("VP8L", 16384, 16384))).toBe("too-large");
    expect(await code(webpBytes("VP8X", 60000, 60000))).toBe("too-large");
    expect(await code(jpegBytes(2, 1, 0xc3))).toBe("unsupported");
    expect(await code(jpegBytes(2, 1, 0xc1, 12))).toBe("unsupported");
    expect(await code(jpegBytes(2, 1).slice(0, -2))).toBe("truncated");
    expect(await code(jpegBytes(2, 1).slice(0, 18))).toBe("truncated");
    expect(await code(jpegBytes(2, 1).with(2, 0))).toBe("not-an-image");
    expect(await code(jpegBytes(2, 1).with(14, 0))).toBe("malformed");
    expect(await code(webpBytes("VP8L", 2, 1).slice(0, -1))).toBe("truncated");
    expect(await code(webpBytes("VP8L", 2, 1).with(12, 65))).toBe("malformed");
    expect(decoder.calls).toEqual([]);
  });

  it("lose no colour and no opacity that there is", () => {
    const picture = (...values: number[]): Picture => ({
      width: 1,
      height: 1,
      channels: 4,
      values: Float32Array.from(values),
    });
    const simplest = (...values: number[]) => {
      const { channels, values: kept } = simplestPicture(picture(...values));
      return [channels, ...kept];
    };
    expect(simplest(5, 5, 5, 255)).toEqual([1, 5]);
    expect(simplest(5, 5, 5, 9)).toEqual([2, 5, 9]);
    expect(simplest(5, 6, 5, 255)).toEqual([3, 5, 6, 5]);
    expect(simplest(5, 6, 7, 0)).toEqual([4, 5, 6, 7, 0]);
  });
});

describe("what is no image", () => {
  it.each([
    ["", "empty-file", /0 bytes/],
    ["Dear patient", "not-an-image", /choose PNG, JPEG, WebP, DICOM or NIfTI/],
    ["GIF89a and more", "not-an-image", /GIF.*save it as PNG/],
    ["PK\x03\x04 and more", "not-an-image", /zip archive.*unpack/],
    ["\x89HDF\r\n\x1a\n", "not-an-image", /HDF5/],
    ["NRRD0005", "not-an-image", /NRRD.*NIfTI/],
  ])("%j is refused in words", async (text, code, words) => {
    const error = await refusal(letters(text));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(words);
  });
});
