import { crc32, deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { ByteSource } from "../../../src/core/bytes/byteSource.ts";
import { memorySource } from "../../../src/core/bytes/memorySource.ts";
import { ConvAtlasError } from "../../../src/core/errors.ts";
import { loose } from "../../../src/core/files/fileSet.ts";
import { chooseModel } from "../../../src/core/formats/recognise.ts";
import { openZip } from "../../../src/core/formats/zip/zipArchive.ts";
import { writeZip } from "../../support/zipWriter.ts";

const text = (content: string) => new TextEncoder().encode(content);

async function contentOf(bytes: Uint8Array, path: string): Promise<Uint8Array> {
  const archive = await openZip(memorySource("a.zip", bytes));
  const member = archive.get(path);
  if (member === undefined) throw new Error(`no ${path}`);
  const source = await archive.open(member);
  return source.slice(0, source.byteLength);
}

describe("openZip", () => {
  const files = { "folder/a.txt": text("stored"), "b.txt": text("packed ".repeat(99)) };

  it("lists members and reads stored and deflated ones", async () => {
    const bytes = writeZip(files, { deflate: ["b.txt"] });
    const archive = await openZip(memorySource("a.zip", bytes));
    expect(archive.members.map(({ path }) => path)).toEqual(["folder/a.txt", "b.txt"]);
    expect(await contentOf(bytes, "folder/a.txt")).toEqual(files["folder/a.txt"]);
    expect(await contentOf(bytes, "b.txt")).toEqual(files["b.txt"]);
  });

  it("lists all members where a zip64 end record stands beside the plain one", async () => {
    // 46 bytes of entry and 30 of name: as long as both zip64 records together.
    const first = "a".repeat(30);
    const bytes = writeZip({ [first]: text("1"), b: text("2") }, { zip64End: true });
    expect(await contentOf(bytes, first)).toEqual(text("1"));
    expect(await contentOf(bytes, "b")).toEqual(text("2"));
  });

  it("opens a stored member as a section of the archive, at once where the archive can", async () => {
    const bytes = writeZip(files, {});
    const archive = await openZip(memorySource("a.zip", bytes));
    const member = archive.members[0];
    const source = await archive.open(member);
    expect(source.name).toBe("a.txt");
    expect(source.sliceSync?.(1, 4)).toEqual(text("tor"));
  });

  it("refuses an encrypted member in words", async () => {
    const bytes = writeZip(files, { flags: 1 });
    await expect(contentOf(bytes, "b.txt")).rejects.toMatchObject({ code: "encrypted" });
  });

  it("refuses what would unpack to gigabytes before it unpacks", async () => {
    const packed = deflateRawSync(new Uint8Array(1 << 20));
    const bytes = writeZip({ "bomb.npy": packed }, { claims: { "bomb.npy": 2 ** 32 - 2 } });
    const before = performance.now();
    await expect(contentOf(bytes, "bomb.npy")).rejects.toMatchObject({ code: "too-large" });
    expect(performance.now() - before).toBeLessThan(1000);
  });

  it("unpacks no more of many members, looked at one by one, than of one", async () => {
    const names = Array.from({ length: 40 }, (_, at) => `${at}.bin`);
    const packed = deflateRawSync(new Uint8Array(32 << 20));
    const bytes = writeZip(Object.fromEntries(names.map((name) => [name, packed])), {
      claims: Object.fromEntries(names.map((name) => [name, 32 << 20])),
    });
    const archive = await openZip(memorySource("many.zip", bytes));
    const heads = archive.members.map((member) => archive.lazySource(member).slice(0, 4));
    const refused = (await Promise.allSettled(heads)).filter(({ status }) => status === "rejected");
    expect(refused).toHaveLength(names.length - 2);
    await expect(chooseModel(loose([memorySource("many.zip", bytes)]))).rejects.toMatchObject({
      name: "ConvAtlasError",
    });
  });

  it("reads an archive again that could not be read", async () => {
    const whole = memorySource("a.zip", writeZip(files, {}));
    let isReadable = false;
    const source: ByteSource = {
      ...whole,
      slice: (start, end) =>
        isReadable
          ? whole.slice(start, end)
          : Promise.reject(new ConvAtlasError("unreadable", ".")),
    };
    await expect(openZip(source)).rejects.toMatchObject({ code: "unreadable" });
    isReadable = true;
    expect((await openZip(source)).members).toHaveLength(2);
  });

  it("notices a member that is longer, shorter or other than it claims", async () => {
    const packed = deflateRawSync(text("ten bytes."));
    for (const claimed of [9, 11]) {
      const bytes = writeZip({ a: packed }, { claims: { a: claimed } });
      await expect(contentOf(bytes, "a")).rejects.toMatchObject({ code: "malformed" });
    }
    const noise = writeZip({ a: text("no deflate stream") }, { claims: { a: 10 } });
    await expect(contentOf(noise, "a")).rejects.toMatchObject({ code: "malformed" });
  });

  it("says that an archive without its list of contents is cut short", async () => {
    const bytes = writeZip(files, {});
    const cut = memorySource("a.zip", bytes.subarray(0, bytes.length - 30));
    await expect(openZip(cut)).rejects.toMatchObject({ code: "truncated" });
  });

  it("has a writer that sums up its members as zip does", () => {
    expect(crc32(text("123456789"))).toBe(0xcbf43926);
  });
});
