import { describe, expect, it } from "vitest";
import { isAmong, namesIn, numbersIn, numbersOf, partAt } from "../support/printedNumbers.ts";

/** The check of the page's numbers is itself a program that can be wrong. */
describe("finding printed numbers", () => {
  const tokens = (text: string, names: readonly string[] = []) =>
    numbersIn(text, names).map(({ token, unit }) => token + unit);

  it("reads numbers with their units, and leaves names alone", () => {
    expect(tokens("16 kernels, 4.3 %, ×1.7, 0.31 s and −0.25")).toEqual([
      "16",
      "4.3%",
      "1.7",
      "0.31s",
      "−0.25",
    ]);
    expect(tokens("1,040 of 5\u202F136 kernels")).toEqual(["1040", "5136"]);
    expect(tokens("PC1 and conv2 of encoder.0.conv1, SHA-256, 3x3, 759fc758\u2026")).toEqual([]);
    expect(tokens("64 × 64 map of a 2 layer", ["a 2 layer"])).toEqual(["64", "64"]);
    expect(numbersIn("1.2e-3", [])[0]).toMatchObject({ value: 0.0012, decimals: 4 });
  });

  it("compares them as they are rounded", () => {
    const numbers = numbersOf({ share: 0.0434, ms: 314, list: [5, { deep: -0.2512 }] });
    const found = (text: string) => numbersIn(text, []).every((one) => isAmong(one, numbers));
    for (const right of ["4.3 %", "4 %", "0.31 s", "314 ms", "0.04", "0.25", "−0.251", "2"]) {
      expect(found(right), right).toBe(true);
    }
    for (const wrong of ["4.4 %", "4.30 %", "0.32 s", "315", "0.252", "7"]) {
      expect(found(wrong), wrong).toBe(false);
    }
  });

  it("looks in the part that a path names", () => {
    const json = { layers: [{ name: "a 1" }, { counts: { edge: 3 } }] };
    expect(partAt(json, "layers.1.counts")).toEqual({ edge: 3 });
    expect(partAt(json, "layers.7.counts")).toBeUndefined();
    expect(partAt(json, "")).toBe(json);
    expect(namesIn(json)).toEqual(["layers", "counts", "name", "edge", "a 1"]);
  });
});
