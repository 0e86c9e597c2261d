import { ready } from "h5wasm";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ByteSource } from "../../../src/core/bytes/byteSource.ts";
import { memorySource } from "../../../src/core/bytes/memorySource.ts";
import { type Hdf5File, withHdf5File } from "../../../src/core/formats/hdf5/hdf5File.ts";
import { findSuperblock } from "../../../src/core/formats/hdf5/superblock.ts";
import { type WriteOptions, type WrittenGroup, writeHdf5 } from "../../support/hdf5Writer.ts";
import { counted } from "../../support/kerasModels.ts";

const printed = () =>
  (["log", "warn", "error"] as const).map((level) => vi.spyOn(console, level).mock.calls.length);

beforeEach(() => {
  for (const level of ["log", "warn", "error"] as const) {
    vi.spyOn(console, level).mockImplementation(() => undefined);
  }
});
afterEach(() => vi.restoreAllMocks());

async function inFile<Result>(
  content: WrittenGroup,
  use: (file: Hdf5File) => Result,
  options: WriteOptions = {},
) {
  const source = memorySource("test.h5", await writeHdf5(content, options));
  return withHdf5File(source, async (file) => use(file));
}

function valuesOf(file: Hdf5File, path: string): readonly number[] {
  return [...file.readFloats(file.dataset(path))];
}

describe("findSuperblock", () => {
  test.each([0, 512, 2048])(
    "finds the signature behind a user block of %i bytes",
    async (block) => {
      const hdf5 = await writeHdf5({ datasets: { data: counted(2) } });
      const bytes = new Uint8Array(block + hdf5.length);
      bytes.set(hdf5, block);
      const found = await findSuperblock(memorySource("x", bytes));
      expect(found).toEqual({ offset: block, endOfFile: bytes.length, sizeOfLengths: 8 });
    },
  );

  test("reads the end mark of version 2, with four-byte addresses", async () => {
    const bytes = new Uint8Array(64);
    bytes.set([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a, 2, 4, 4, 0]);
    new DataView(bytes.buffer).setUint32(20, 4711, true);
    expect(await findSuperblock(memorySource("x", bytes))).toEqual({
      offset: 0,
      endOfFile: 4711,
      sizeOfLengths: 4,
    });
  });

  test("is not taken in by a signature elsewhere", async () => {
    const bytes = new Uint8Array(4096);
    bytes.set([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a], 300);
    expect(await findSuperblock(memorySource("x", bytes))).toBeNull();
    expect(await findSuperblock(memorySource("x", new Uint8Array(3)))).toBeNull();
  });
});

describe("withHdf5File", () => {
  test("reads text of fixed and of variable length, UTF-8 in both", async () => {
    const names = ["Schädel", "b"];
    const attributes = {
      fixed: { text: names, bytes: 12 },
      free: { text: names },
      none: new Float64Array(0),
    };
    await inFile({ attributes }, (file) => {
      expect(file.strings("/", "fixed")).toEqual(names);
      expect(file.strings("/", "free")).toEqual(names);
      expect(file.strings("/", "none")).toEqual([]);
      expect(file.strings("/", "missing")).toBeNull();
    });
  });

  test("names a kind of compression that it lacks", async () => {
    const content = { datasets: { data: { ...counted(64), gzip: true } } };
    const bytes = await writeHdf5(content);
    // The filter's number stands eight bytes before its name; h5py's LZF has 32000.
    const name = Buffer.from(bytes.buffer, bytes.byteOffset).indexOf("deflate");
    bytes.set([...Buffer.from("lzf")].concat([0, 0, 0, 0, 0]), name);
    new DataView(bytes.buffer, bytes.byteOffset).setUint16(name - 8, 32_000, true);
    const reading = withHdf5File(memorySource("net.h5", bytes), async (file) =>
      valuesOf(file, "/data"),
    );
    await expect(reading).rejects.toMatchObject({
      code: "unsupported",
      message: expect.stringMatching(/^The numbers of net\.h5 are compressed with “lzf”/),
    });
  });

  test("a numeric attribute is no text", async () => {
    await inFile({ attributes: { numbers: new Float64Array([1]) } }, (file) => {
      expect(file.strings("/", "numbers")).toBeNull();
    });
  });

  test("reads float16, bfloat16, float32 and float64, big-endian and compressed ones", async () => {
    const values = [0.5, -1.25, 0, 2048];
    for (const type of ["float16", "bfloat16", "<f4", ">f4", "<f8"] as const) {
      await inFile({ datasets: { data: { shape: [2, 2], values, type } } }, (file) => {
        expect(file.dataset("/data").shape).toEqual([2, 2]);
        expect(valuesOf(file, "/data")).toEqual(values);
      });
    }
    await inFile({ datasets: { data: { shape: [4], values, gzip: true } } }, (file) => {
      expect(valuesOf(file, "/data")).toEqual(values);
    });
  });

  test("reads the newest layout, and lists too long for an object's header", async () => {
    const names = Array.from({ length: 3000 }, (_, at) => `a_layer_with_a_long_name_${at}`);
    const content = {
      attributes: { layer_names: { text: names, bytes: 32 } },
      groups: { a: { datasets: { b: { ...counted(4), gzip: true } } } },
    };
    expect(names.length * 32).toBeGreaterThan(65_536);
    await inFile(
      content,
      (file) => {
        expect(file.strings("/", "layer_names")).toEqual(names);
        expect(valuesOf(file, "/a/b")).toEqual([0, 1, 2, 3]);
      },
      { newest: true },
    );
  });

  test("an object has one address whatever leads to it, and a link to nowhere none", async () => {
    const links = {
      "/a/itself": { kind: "hard", to: "/a" },
      "/soft": { kind: "soft", to: "/a" },
      "/round": { kind: "soft", to: "/round" },
      "/elsewhere": { kind: "external", file: "/etc/passwd", to: "/" },
    } as const;
    await inFile(
      { groups: { a: { datasets: { b: counted(1) } } } },
      (file) => {
        const address = file.address("/a");
        expect(address).not.toBeNull();
        expect(file.address("/a/b")).not.toBe(address);
        expect(file.address("/a/itself/itself")).toBe(address);
        expect(file.address("/soft")).toBe(address);
        for (const path of ["/round", "/elsewhere", "/elsewhere/x", "/nothing"]) {
          expect(file.address(path)).toBeNull();
          expect(["missing", "other"]).toContain(file.kind(path));
        }
      },
      { links },
    );
    expect(printed()).toEqual([0, 0, 0]);
  });

  test("tells groups, datasets and gaps apart", async () => {
    await inFile({ groups: { a: { datasets: { b: counted(1) } } } }, (file) => {
      expect(["/a", "/a/b", "/a/c"].map(file.kind)).toEqual(["group", "dataset", "missing"]);
      expect(file.children("/")).toEqual(["a"]);
    });
    expect(printed()).toEqual([0, 0, 0]);
  });

  test("fetches the parts that are asked for and no others", async () => {
    const large = { shape: [1_000_000], values: new Array<number>(1_000_000).fill(1) };
    const bytes = await writeHdf5({ datasets: { large, small: counted(4) } });
    const memory = memorySource("large.h5", bytes);
    let fetched = 0;
    const sliceSync = (start: number, end: number) => {
      fetched += end - start;
      return new Uint8Array(bytes.subarray(start, end));
    };
    const read = await withHdf5File({ ...memory, sliceSync }, async (file) =>
      valuesOf(file, "/small"),
    );
    expect(read).toEqual([0, 1, 2, 3]);
    expect(fetched).toBeLessThan(bytes.length / 10);
  });

  test("reads a source that has no synchronous access", async () => {
    const memory = memorySource("x.h5", await writeHdf5({ datasets: { data: counted(3) } }));
    const source: ByteSource = {
      name: memory.name,
      byteLength: memory.byteLength,
      slice: memory.slice,
    };
    const read = await withHdf5File(source, async (file) => valuesOf(file, "/data"));
    expect(read).toEqual([0, 1, 2]);
  });

  test("says that a file is cut short, with both sizes", async () => {
    const bytes = await writeHdf5({ datasets: { data: counted(1000) } });
    const cut = memorySource("cut.h5", bytes.subarray(0, 3000));
    await expect(withHdf5File(cut, async () => null)).rejects.toMatchObject({
      code: "truncated",
      message: expect.stringContaining(`3000 bytes and should hold ${bytes.length}`),
    });
  });

  test("a damaged file is an error with HDF5's own words as details, and nothing is printed", async () => {
    const bytes = await writeHdf5({ datasets: { data: counted(10) } });
    // The root group's object header.
    bytes.fill(0xff, 96, 400);
    const damaged = withHdf5File(memorySource("bad.h5", bytes), async (file) => file.children("/"));
    await expect(damaged).rejects.toMatchObject({
      code: "malformed",
      message: expect.stringContaining("bad.h5 is damaged"),
      details: expect.stringContaining("HDF5-DIAG"),
    });
    expect(printed()).toEqual([0, 0, 0]);
  });

  test("passes on what the source throws", async () => {
    const bytes = await writeHdf5({ datasets: { data: counted(10) } });
    const unplugged = new Error("the disk is gone");
    const source = {
      ...memorySource("x.h5", bytes),
      sliceSync: () => {
        throw unplugged;
      },
    };
    await expect(withHdf5File(source, async () => null)).rejects.toBe(unplugged);
  });

  test("refuses a tensor that claims more than the file can hold", async () => {
    const bytes = await writeHdf5({ datasets: { data: counted(3, 3, 5, 7) } });
    const dimensions = [3, 3, 5, 7].flatMap((side) => [side, 0, 0, 0, 0, 0, 0, 0]);
    const at = bytes.findIndex((_, start) =>
      dimensions.every((byte, i) => bytes[start + i] === byte),
    );
    expect(at).toBeGreaterThan(0);
    bytes.fill(0x7f, at, at + 3);
    const read = withHdf5File(memorySource("bomb.h5", bytes), async (file) =>
      file.dataset("/data"),
    );
    await expect(read).rejects.toMatchObject({ code: "malformed" });
  });

  test("leaves no file behind, whether it worked or not", async () => {
    const { FS } = await ready;
    const before = FS.readdir("/");
    const bytes = await writeHdf5({ datasets: { data: counted(3) } });
    await withHdf5File(memorySource("x.h5", bytes), async () => null);
    const failed = withHdf5File(memorySource("x.h5", bytes), async () => {
      throw new Error("stop");
    });
    await expect(failed).rejects.toThrow();
    expect(FS.readdir("/")).toEqual(before);
  });
});
