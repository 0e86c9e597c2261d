import { describe, expect, test } from "vitest";
import {
  fittingText,
  groupedNumber,
  percentText,
  textWidth,
  truncatedMiddle,
  wrappedText,
} from "../../../src/ui/figures/text.ts";

describe("room for text", () => {
  test("widths grow with text, size and weight", () => {
    expect(textWidth("encoder", 12)).toBeGreaterThan(textWidth("encode", 12));
    expect(textWidth("encoder", 14)).toBeGreaterThan(textWidth("encoder", 12));
    expect(textWidth("encoder", 12, true)).toBeGreaterThan(textWidth("encoder", 12));
  });

  test("truncated text fits and keeps its end", () => {
    const name = "features.denseblock3.denselayer24.conv2";
    for (const width of [40, 80, 150, 220]) {
      const text = truncatedMiddle(name, width, 13, true);
      expect(textWidth(text, 13, true)).toBeLessThanOrEqual(width);
      expect(text).toContain("\u2026");
    }
    expect(truncatedMiddle(name, 150, 13, true, 0)).toMatch(/^\u2026.*layer24\.conv2$/);
    expect(truncatedMiddle(name, 1000, 13)).toBe(name);
    expect(truncatedMiddle(name, 2, 13)).toBe("");
  });

  test("the longest wording that fits is taken", () => {
    const wordings = ["a long wording of it", "short", "s"];
    expect(fittingText(wordings, 1000, 12)).toBe(wordings[0]);
    expect(fittingText(wordings, textWidth("short", 12), 12)).toBe("short");
  });

  test("wrapped lines fit and lose no word", () => {
    const text = "Dots near one another are kernels with similar weights.";
    const lines = wrappedText(text, 100, 12);
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines) expect(textWidth(line, 12)).toBeLessThanOrEqual(100);
    expect(lines.join(" ")).toBe(text);
    expect(wrappedText("", 100, 12)).toEqual([]);
  });
});

test("numbers as people read them", () => {
  expect([0, 16, 1000, 262144, 1234567].map(groupedNumber)).toEqual([
    "0",
    "16",
    "1,000",
    "262,144",
    "1,234,567",
  ]);
  expect([0, 0.00001, 0.0004, 0.0112, 0.1, 0.183, 1].map(percentText)).toEqual([
    "0 %",
    "under 0.01 %",
    "0.04 %",
    "1.1 %",
    "10 %",
    "18 %",
    "100 %",
  ]);
  expect(percentText(Number.NaN)).toBe("not known");
});
