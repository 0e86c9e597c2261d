import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { USAGE } from "../../src/cli/options.ts";
import { FORMAT_NAMES } from "../../src/core/formats/formatNames.ts";
import { FORMATS } from "../../src/core/formats/registry.ts";

const readme = readFileSync(join(import.meta.dirname, "../../README.md"), "utf8");

/** Cells of the rows of the table under a heading, without the head. */
function tableUnder(heading: string): readonly (readonly string[])[] {
  const section = readme.split(`## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  return section
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .slice(2)
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

describe("README", () => {
  it("lists every format with what the code says of it", () => {
    const rows = Object.values(FORMAT_NAMES).map(({ label, files, reads }) => [
      label,
      files,
      reads,
    ]);
    expect(tableUnder("Formats")).toEqual(rows);
  });

  it("lists no format without a reader, and none is missing", () => {
    const read = new Set(FORMATS.map(({ id }) => id));
    expect([...read].sort()).toEqual(Object.keys(FORMAT_NAMES).sort());
  });

  it("names every option of the command line", () => {
    for (const [option] of USAGE.matchAll(/--[a-z-]+/g)) {
      if (!["--help", "--version"].includes(option)) expect(readme).toContain(option);
    }
  });
});
