import { describe, expect, test } from "vitest";
import { FORMAT_NAMES } from "../../../src/core/formats/formatNames.ts";
import { NEXT_STEPS } from "../../../src/ui/errors/nextSteps.ts";
import { kernelSizeRows, shortChecksum } from "../../../src/ui/inspector/modelFacts.ts";
import { formatFamilies } from "../../../src/ui/landing/formatFamilies.ts";
import { SKIP_WORDS, skippedGroups } from "../../../src/ui/layers/skipWords.ts";
import { listText } from "../../../src/ui/words/listText.ts";
import { remarksText } from "../../../src/ui/workspace/remarks.ts";
import { sampleAnalysis, sampleLayer } from "./sampleAnalysis.ts";

/** Words that only those who build networks know; each has a plain one in the interface. */
const JARGON = /\b(tensor|operator|groups?|dtype|dequantize|NCHW|axis|axes|rank)\b/i;

describe("reasons why a layer is not analysed", () => {
  // The types make both tables complete; here is what a type cannot say.
  test.each(Object.entries(SKIP_WORDS))("%s has a plain sentence of its own", (_, words) => {
    expect(words.why).toMatch(/^[A-Z].{30,}\.$/);
    expect(words.why).not.toMatch(JARGON);
    expect(words.title.length).toBeLessThan(28);
  });

  test("do not share a title or a sentence", () => {
    const all = Object.values(SKIP_WORDS);
    expect(new Set(all.map(({ title }) => title)).size).toBe(all.length);
    expect(new Set(all.map(({ why }) => why)).size).toBe(all.length);
  });

  test("come with their layers, the most frequent first", () => {
    const groups = skippedGroups([
      { name: "a", reason: "3-D convolution" },
      { name: "b", reason: "1x1 kernel" },
      { name: "c", reason: "1x1 kernel" },
    ]);
    expect(groups).toEqual([
      { reason: "1x1 kernel", names: ["b", "c"] },
      { reason: "3-D convolution", names: ["a"] },
    ]);
  });
});

describe("errors", () => {
  test.each(Object.entries(NEXT_STEPS))("%s leads to a next step", (_, step) => {
    expect(step).toMatch(/^[A-Z].{20,}\.$/);
    expect(step).not.toMatch(JARGON);
  });

  test("about formats name all of them", () => {
    for (const { label } of Object.values(FORMAT_NAMES)) {
      expect(NEXT_STEPS["unknown-format"]).toContain(label);
    }
  });
});

describe("formats", () => {
  test("are told in one calm line, in which every format has its family once", () => {
    const families = formatFamilies();
    for (const { label } of Object.values(FORMAT_NAMES)) {
      expect(families.filter((family) => label.startsWith(family))).toHaveLength(1);
    }
    expect(listText(families).length).toBeLessThan(80);
    expect(listText(["a", "b", "c"])).toBe("a, b and c");
    expect(listText(["a"])).toBe("a");
  });
});

describe("the model card", () => {
  test("counts layers and kernels by size, the smallest first", () => {
    const large = sampleLayer("large", "encoder");
    const description = { ...large.description, kernelSize: [5, 5] as const };
    const layers = [{ ...large, description }, ...sampleAnalysis().layers];
    expect(kernelSizeRows(layers)).toEqual([
      { size: "3 × 3", layers: 3, kernels: 12 },
      { size: "5 × 5", layers: 1, kernels: 4 },
    ]);
    expect(shortChecksum("0123456789abcdef")).toBe("0123456789ab");
    expect(remarksText(1)).toBe("1 remark about this file");
    expect(remarksText(2)).toBe("2 remarks about this file");
  });
});
