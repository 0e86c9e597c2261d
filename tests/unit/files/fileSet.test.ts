import { describe, expect, it } from "vitest";
import { memorySource } from "../../../src/core/bytes/memorySource.ts";
import { companionsOf, loose, type PlacedFile } from "../../../src/core/files/fileSet.ts";

function placed(...paths: readonly string[]): readonly PlacedFile[] {
  return paths.map((path) => ({ path, source: memorySource(path, new Uint8Array(0)) }));
}

/** Where the companions of the first file look for a path. */
function found(files: readonly PlacedFile[], path: string): string | undefined {
  const source = companionsOf(files[0], files).get(path);
  return files.find((file) => file.source === source)?.path;
}

describe("companions", () => {
  const files = placed(
    "nets/unet/model.json",
    "nets/unet/a/w.bin",
    "nets/data/w.bin",
    "x/lone.bin",
  );

  it.each([
    ["a/w.bin", "nets/unet/a/w.bin"],
    ["./a//w.bin", "nets/unet/a/w.bin"],
    ["a\\w.bin", "nets/unet/a/w.bin"],
    ["../data/w.bin", "nets/data/w.bin"],
    ["../../x/lone.bin", "x/lone.bin"],
    // Dropped without their folder, files are known by their name.
    ["anywhere/lone.bin", "x/lone.bin"],
    // Of two with a name, neither may be meant.
    ["w.bin", undefined],
    ["none.bin", undefined],
    ["nets/unet/model.json", undefined],
  ])("finds %s", (path, wanted) => {
    expect(found(files, path)).toBe(wanted);
  });

  it("takes neither of two loose files with one name", () => {
    const both = [
      memorySource("w.bin", new Uint8Array(1)),
      memorySource("w.bin", new Uint8Array(2)),
    ];
    const dropped = loose([memorySource("model.json", new Uint8Array(0)), ...both]);
    expect(companionsOf(dropped[0], dropped).get("w.bin")).toBeUndefined();
  });
});
