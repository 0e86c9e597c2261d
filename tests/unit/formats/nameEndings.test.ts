import { describe, expect, it } from "vitest";
import { withoutEndings } from "../../../src/core/formats/nameEndings.ts";

const ENDINGS = [/:\d+$/, /\/(kernel|weights)$/];

describe("endings of names", () => {
  it.each([
    ["encoder/conv/kernel:0", "encoder/conv"],
    ["encoder/conv:0/weights/kernel", "encoder/conv"],
    ["encoder/conv", "encoder/conv"],
    ["", ""],
  ])("takes them off %s", (name, rest) => {
    expect(withoutEndings(name, ENDINGS)).toBe(rest);
  });

  it("stops after a few, since a file can be full of names with hundreds", () => {
    expect(withoutEndings(`a${"/kernel".repeat(70)}`, ENDINGS)).toMatch(/^a(\/kernel){30,}$/);
  });
});
