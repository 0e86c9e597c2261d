import { crc32 as crcOfNode, deflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  crc32,
  isPng,
  LONGEST_SESSION_BYTES,
  pngSize,
  sessionTextOfPng,
  withPngMetadata,
} from "../../../src/core/pictures/pngChunks.ts";

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const DPI_300 = 11_811;

/** A chunk as the specification says, with Node's own CRC. */
function chunk(type: string, data: Uint8Array): Buffer {
  const typed = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crcOfNode(typed), 4);
  return Buffer.concat([frame.subarray(0, 4), typed, frame.subarray(4)]);
}

function text(keyword: string, body: string | Uint8Array, flag = 0): Buffer {
  const head = Buffer.from(`${keyword}\0`, "latin1");
  return chunk("iTXt", Buffer.concat([head, Buffer.from([flag, 0, 0, 0]), Buffer.from(body)]));
}

/** A 2 x 3 picture in grey, with more chunks after its header. */
function picture(...more: readonly Buffer[]): Uint8Array {
  const header = Buffer.from([0, 0, 0, 2, 0, 0, 0, 3, 8, 0, 0, 0, 0]);
  const pixels = deflateSync(Buffer.from([0, 1, 2, 0, 3, 4, 0, 5, 6]));
  const parts = [chunk("IHDR", header), ...more, chunk("IDAT", pixels)];
  return new Uint8Array(Buffer.concat([SIGNATURE, ...parts, chunk("IEND", Buffer.alloc(0))]));
}

/** Types in order, read without the code under test; throws on a CRC that does not fit. */
function typesOf(bytes: Uint8Array): readonly string[] {
  const file = Buffer.from(bytes);
  const types: string[] = [];
  for (let at = 8; at < file.length; ) {
    const length = file.readUInt32BE(at);
    const crc = file.readUInt32BE(at + 8 + length);
    expect(crcOfNode(file.subarray(at + 4, at + 8 + length))).toBe(crc);
    types.push(file.toString("latin1", at + 4, at + 8));
    at += 12 + length;
  }
  return types;
}

describe("crc32", () => {
  test("is that of the standard's check value, of an empty chunk and of Node", () => {
    expect(crc32(Buffer.from("123456789"))).toBe(0xcbf43926);
    expect(crc32(Buffer.from("IEND"))).toBe(0xae426082);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(crc32(bytes)).toBe(crcOfNode(bytes));
      }),
    );
  });
});

describe("withPngMetadata", () => {
  test("writes 300 dpi and the session before the pixels, and leaves the rest alone", () => {
    const before = picture(chunk("sRGB", Buffer.from([0])));
    const after = withPngMetadata(before, { dotsPerMetre: DPI_300, sessionText: '{"a":"\u00D7"}' });
    expect(typesOf(after)).toEqual(["IHDR", "pHYs", "iTXt", "sRGB", "IDAT", "IEND"]);
    expect(pngSize(after)).toEqual({ width: 2, height: 3, dotsPerMetre: DPI_300 });
    expect(pngSize(before)).toEqual({ width: 2, height: 3, dotsPerMetre: null });
    expect(sessionTextOfPng(after)).toBe('{"a":"\u00D7"}');
    expect(sessionTextOfPng(before)).toBeNull();
  });

  test("takes the place of what was there, and can leave the session out", () => {
    const first = withPngMetadata(picture(text("Comment", "mine")), {
      dotsPerMetre: 1,
      sessionText: "first",
    });
    const second = withPngMetadata(first, { dotsPerMetre: DPI_300, sessionText: "second" });
    expect(typesOf(second)).toEqual(["IHDR", "pHYs", "iTXt", "iTXt", "IDAT", "IEND"]);
    expect(sessionTextOfPng(second)).toBe("second");
    const third = withPngMetadata(second, { dotsPerMetre: DPI_300, sessionText: null });
    expect(sessionTextOfPng(third)).toBeNull();
    expect(typesOf(third)).toEqual(["IHDR", "pHYs", "iTXt", "IDAT", "IEND"]);
  });

  test("any text comes back as it was", () => {
    const whole = fc
      .string({ unit: "binary", maxLength: 200 })
      .filter((one) => !/\p{Surrogate}/u.test(one));
    fc.assert(
      fc.property(whole, (sessionText) => {
        const file = withPngMetadata(picture(), { dotsPerMetre: DPI_300, sessionText });
        expect(sessionTextOfPng(file)).toBe(sessionText);
      }),
    );
  });

  test("refuses what is no complete picture, and a session that is too long", () => {
    const metadata = { dotsPerMetre: DPI_300, sessionText: "x" };
    const whole = picture();
    for (const wrong of [
      new Uint8Array(0),
      whole.subarray(0, whole.length - 3),
      whole.subarray(8),
    ]) {
      expect(() => withPngMetadata(wrong, metadata)).toThrow(/not a complete PNG/);
    }
    const long = "x".repeat(LONGEST_SESSION_BYTES + 1);
    expect(() => withPngMetadata(whole, { ...metadata, sessionText: long })).toThrow(/too large/);
    expect(() => withPngMetadata(whole, { ...metadata, dotsPerMetre: 0.5 })).toThrow(
      /size in print/,
    );
    const longest = "x".repeat(LONGEST_SESSION_BYTES);
    const file = withPngMetadata(whole, { ...metadata, sessionText: longest });
    expect(sessionTextOfPng(file)).toBe(longest);
  });
});

describe("sessionTextOfPng", () => {
  test("reads a session behind the pixels, as an editor may move it, with tags filled in", () => {
    const tagged = Buffer.concat([
      Buffer.from("ConvAtlas\0", "latin1"),
      Buffer.from([0, 0]),
      Buffer.from("en\0Atlas\0{}", "latin1"),
    ]);
    const end = chunk("IEND", Buffer.alloc(0)).length;
    const whole = Buffer.from(picture());
    const moved = Buffer.concat([
      whole.subarray(0, -end),
      chunk("iTXt", tagged),
      whole.subarray(-end),
    ]);
    expect(sessionTextOfPng(moved)).toBe("{}");
  });

  test("refuses other keywords, compressed, damaged, too long and malformed texts", () => {
    const intact = text("ConvAtlas", "{}");
    const damaged = Buffer.from(intact);
    damaged[damaged.length - 6] ^= 1;
    const refused = {
      otherKeyword: text("ConvAtlas2", "{}"),
      lowerCase: text("convatlas", "{}"),
      compressed: text("ConvAtlas", deflateSync(Buffer.from("{}")), 1),
      damaged,
      tooLong: text("ConvAtlas", "x".repeat(LONGEST_SESSION_BYTES + 1)),
      muchTooLong: text("ConvAtlas", "x".repeat(3 * LONGEST_SESSION_BYTES)),
      notUtf8: text("ConvAtlas", Buffer.from([0xc3, 0x28])),
      noFlags: chunk("iTXt", Buffer.from("ConvAtlas\0", "latin1")),
      noTags: chunk("iTXt", Buffer.from("ConvAtlas\0\0\0nevertheless", "latin1")),
      endlessTag: chunk("iTXt", Buffer.from(`ConvAtlas\0\0\0${"t".repeat(4000)}\0\0{}`, "latin1")),
    };
    for (const [why, wrong] of Object.entries(refused)) {
      expect(sessionTextOfPng(picture(wrong)), why).toBeNull();
      // One that can be read is found behind it.
      expect(sessionTextOfPng(picture(wrong, intact)), why).toBe("{}");
    }
  });

  test("survives lengths that point outside, chunks without end, and any other bytes", () => {
    const huge = Buffer.from(picture(text("ConvAtlas", "{}")));
    huge.writeUInt32BE(0xffffffff, 8);
    expect(sessionTextOfPng(huge)).toBeNull();
    huge.writeUInt32BE(0x7fffffff, 8);
    expect(sessionTextOfPng(huge)).toBeNull();
    expect(sessionTextOfPng(SIGNATURE)).toBeNull();
    expect(isPng(SIGNATURE)).toBe(true);
    expect(isPng(SIGNATURE.subarray(1))).toBe(false);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(sessionTextOfPng(bytes)).toBeNull();
        expect(pngSize(bytes)).toBeNull();
        expect(sessionTextOfPng(Buffer.concat([SIGNATURE, bytes]))).toBeNull();
      }),
    );
  });

  test("two million empty chunks take no more than a moment", () => {
    const empty = chunk("teXt", Buffer.alloc(0));
    const many = Buffer.alloc(8 + 2_000_000 * empty.length);
    SIGNATURE.copy(many);
    many.fill(empty, 8);
    const start = performance.now();
    expect(sessionTextOfPng(many)).toBeNull();
    expect(performance.now() - start).toBeLessThan(5000);
  });

  test("a damaged file gives its session as it was, or none", () => {
    const sessionText = JSON.stringify({ view: "atlas", layer: "d\u00E9codeur.1" });
    const whole = withPngMetadata(picture(), { dotsPerMetre: DPI_300, sessionText });
    const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(damage, fc.nat(whole.length), (edits, cut) => {
        const bytes = whole.slice(0, cut % 3 === 0 ? cut : whole.length);
        for (const [at, value] of edits) if (at < bytes.length) bytes[at] = value;
        const found = sessionTextOfPng(bytes);
        expect([null, sessionText]).toContain(found);
        pngSize(bytes);
      }),
      { numRuns: 3000 },
    );
  });
});
