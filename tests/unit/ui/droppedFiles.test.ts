import { describe, expect, test } from "vitest";
import type { ErrorCode } from "../../../src/core/errors.ts";
import {
  DEEPEST_FOLDER,
  droppedItems,
  filesOfDrop,
  unreadableSentence,
} from "../../../src/ui/files/droppedFiles.ts";
import { MOST_ENTRIES } from "../../../src/ui/files/folderRules.ts";
import { nameOfFiles, pickedFiles } from "../../../src/ui/files/pickedFiles.ts";

/** Entries per batch, so that a reader that stops after the first batch fails. */
const BATCH = 2;

type Tree = { readonly [name: string]: Tree | "file" | "unreadable" };

function entry(name: string, content: Tree | "file" | "unreadable"): FileSystemEntry {
  if (typeof content === "string") {
    const file = (found: (file: File) => void, failed: (error: Error) => void) =>
      queueMicrotask(() =>
        content === "file" ? found(new File([name], name)) : failed(new Error("NotReadableError")),
      );
    return { name, isFile: true, isDirectory: false, file } as unknown as FileSystemEntry;
  }
  const createReader = () => {
    const rest = Object.entries(content).map(([child, of]) => entry(child, of));
    return {
      readEntries: (found: (entries: FileSystemEntry[]) => void) =>
        queueMicrotask(() => found(rest.splice(0, BATCH))),
    };
  };
  return { name, isFile: false, isDirectory: true, createReader } as unknown as FileSystemEntry;
}

async function pathsOf(...items: readonly (FileSystemEntry | File)[]) {
  return (await filesOfDrop(items)).files.map(({ path }) => path);
}

function nested(depth: number): Tree {
  return depth === 0 ? { "model.json": "file" } : { inner: nested(depth - 1) };
}

function refusal(code: ErrorCode, message: RegExp) {
  return expect.objectContaining({ code, message: expect.stringMatching(message) });
}

describe("a drop", () => {
  test("gives all files with their folders, however many batches a folder takes", async () => {
    const unet = entry("unet", {
      "saved_model.pb": "file",
      variables: { "variables.index": "file", "variables.data-00000-of-00001": "file" },
      assets: {},
      "keras_metadata.pb": "file",
      "fingerprint.pb": "file",
    });
    const paths = await pathsOf(unet, entry("notes.txt", "file"), new File([""], "bare.onnx"));
    expect(new Set(paths)).toEqual(
      new Set([
        "unet/saved_model.pb",
        "unet/keras_metadata.pb",
        "unet/fingerprint.pb",
        "unet/variables/variables.index",
        "unet/variables/variables.data-00000-of-00001",
        "notes.txt",
        "bare.onnx",
      ]),
    );
    expect(paths).toHaveLength(7);
  });

  test("leaves out hidden files within folders", async () => {
    const folder = entry("unet", {
      ".git": { HEAD: "file" },
      ".DS_Store": "file",
      __MACOSX: { "model.json": "file" },
      "model.json": "file",
    });
    expect(await pathsOf(folder)).toEqual(["unet/model.json"]);
  });

  test("uses what can be read and names what cannot", async () => {
    const folder = entry("unet", { "model.json": "file", "weights.bin": "unreadable" });
    const { files, unreadable } = await filesOfDrop([folder]);
    expect(files.map(({ path }) => path)).toEqual(["unet/model.json"]);
    expect(unreadable).toEqual(["unet/weights.bin"]);
    expect(unreadableSentence(unreadable)).toContain("could not read unet/weights.bin");
    expect(unreadableSentence(["a", "b", "c", "d", "e"])).toContain("a, b, c and 2 more");
    expect(unreadableSentence([])).toBeNull();
  });

  test("of which nothing can be read, or which holds nothing, is refused in words", async () => {
    const broken = entry("unet", { "weights.bin": "unreadable" });
    await expect(filesOfDrop([broken])).rejects.toEqual(
      refusal("unreadable", /^unet cannot be read/),
    );
    await expect(filesOfDrop([entry("unet", { inner: {} })])).rejects.toEqual(
      refusal("empty-file", /^unet holds no files/),
    );
  });

  test("of too many entries or too many levels is refused before it takes long", async () => {
    const many = Object.fromEntries(
      Array.from({ length: MOST_ENTRIES + 1 }, (_, index) => [`${index}.png`, "file"] as const),
    );
    await expect(filesOfDrop([entry("dataset", many)])).rejects.toEqual(
      refusal("too-large", /choose the folder of the model itself/),
    );
    expect(await pathsOf(entry("disk", nested(DEEPEST_FOLDER - 1)))).toHaveLength(1);
    await expect(filesOfDrop([entry("disk", nested(DEEPEST_FOLDER))])).rejects.toEqual(
      refusal("too-large", /nested more than/),
    );
  });

  test("never ends in a circle of folders", async () => {
    const reader = () => {
      let handedOut = false;
      return {
        readEntries(found: (entries: FileSystemEntry[]) => void) {
          found(handedOut ? [] : [circle]);
          handedOut = true;
        },
      };
    };
    const circle = {
      name: "circle",
      isFile: false,
      isDirectory: true,
      createReader: reader,
    } as unknown as FileSystemEntry;
    await expect(filesOfDrop([circle])).rejects.toEqual(refusal("too-large", /nested/));
  });

  test("is taken from the event as entries, as files where there are none, without texts", () => {
    const bare = new File([""], "bare.onnx");
    const folder = entry("unet", {});
    const items = [
      { kind: "string", webkitGetAsEntry: () => null, getAsFile: () => null },
      { kind: "file", webkitGetAsEntry: () => folder, getAsFile: () => null },
      { kind: "file", webkitGetAsEntry: () => null, getAsFile: () => bare },
      { kind: "file", webkitGetAsEntry: () => null, getAsFile: () => null },
    ];
    expect(droppedItems({ items } as unknown as DataTransfer)).toEqual([folder, bare]);
  });
});

describe("a file dialog", () => {
  function inFolder(path: string): File {
    const file = new File([""], path.split("/").at(-1) ?? path);
    Object.defineProperty(file, "webkitRelativePath", { value: path });
    return file;
  }

  test("gives files with their folders, without hidden ones", () => {
    const files = ["unet/model.json", "unet/.git/HEAD", "unet/parts/1.bin"].map(inFolder);
    expect(pickedFiles(files).map(({ path }) => path)).toEqual([
      "unet/model.json",
      "unet/parts/1.bin",
    ]);
    expect(pickedFiles([new File([""], ".hidden")])[0].path).toBe(".hidden");
  });

  test("is refused in words when it gives nothing, or too much", () => {
    expect(() => pickedFiles([])).toThrow(/holds no files/);
    const many = Array.from({ length: MOST_ENTRIES + 1 }, (_, index) => inFolder(`d/${index}`));
    expect(() => pickedFiles(many)).toThrow(/5,000 files and folders are too many/);
  });

  test("what is opened has a name: the file, the folder, or the first of several", () => {
    const picked = (...paths: readonly string[]) => pickedFiles(paths.map(inFolder));
    expect(nameOfFiles(picked("a.onnx"))).toBe("a.onnx");
    expect(nameOfFiles(picked("unet/a.json", "unet/b/c.bin"))).toBe("unet");
    expect(nameOfFiles(picked("a.onnx", "a.data"))).toBe("a.onnx and 1 other file");
    expect(nameOfFiles(picked("unet/a", "other/b", "c"))).toBe("a and 2 other files");
  });
});
