import { describe, expect, test } from "vitest";
import { DEFAULT_SETTINGS } from "../../../src/core/analysis/settings.ts";
import { exportName } from "../../../src/ui/export/download.ts";
import { NO_FILTER } from "../../../src/ui/layers/layerFilter.ts";
import {
  layerGroups,
  listedLayerNames,
  neighbourLayer,
} from "../../../src/ui/layers/layerGroups.ts";
import { matchesSearch } from "../../../src/ui/layers/matchesSearch.ts";
import { typedNumber } from "../../../src/ui/settings/NumberChip.tsx";
import { CHOICE_SETTINGS, choicesWith } from "../../../src/ui/settings/settingsWords.ts";
import { bytesText } from "../../../src/ui/workspace/bytesText.ts";
import {
  countsText,
  progressShare,
  progressText,
  statusSentence,
} from "../../../src/ui/workspace/statusText.ts";
import { sampleAnalysis } from "./sampleAnalysis.ts";

const analysis = sampleAnalysis();

describe("layer list", () => {
  test("groups follow the network; empty groups are left out", () => {
    expect(layerGroups(analysis).map((group) => group.title)).toEqual([
      "Encoder",
      "Bottleneck",
      "Decoder",
    ]);
  });

  test("a search needs every word, in any order", () => {
    const names = (search: string) =>
      listedLayerNames(analysis, { search, filter: NO_FILTER, sort: "network" });
    expect(names("coder")).toEqual(["down", "up"]);
    expect(names("64x64 DEEP")).toEqual(["deep"]);
    expect(matchesSearch(analysis.layers[0], "")).toBe(true);
    expect(names("nothing")).toEqual([]);
  });

  test("j and k stop at the ends", () => {
    const names = ["a", "b"];
    expect(neighbourLayer(names, null, 1)).toBe("a");
    expect(neighbourLayer(names, "a", 1)).toBe("b");
    expect(neighbourLayer(names, "b", 1)).toBe("b");
    expect(neighbourLayer(names, "a", -1)).toBe("a");
    expect(neighbourLayer([], "a", 1)).toBeNull();
  });
});

describe("status line", () => {
  test("counts what is shown, all zero and not finite", () => {
    expect(countsText(analysis)).toBe("12 kernels in 3 layers, 3 all zero, 3 not finite");
  });

  test("progress is told in the unit of the step", () => {
    const step = { doneBytes: 1500, totalBytes: 3_000_000, doneLayers: 0, totalLayers: 0 };
    const reading = { kind: "reading", step } as const;
    expect(progressText(reading)).toBe("1.5 kB of 3.0 MB");
    const later = { ...step, doneLayers: 3, totalLayers: 18 };
    expect(progressText({ kind: "reading", step: later })).toBe("1.5 kB of 3.0 MB, 3 of 18 layers");
    expect(progressText({ kind: "reading", step: { ...later, isChecksum: true } })).toBe(
      "fingerprint of the file: 1.5 kB of 3.0 MB",
    );
    expect(progressShare(reading)).toBe(0.0005);
    expect(progressShare({ kind: "opening" })).toBeNull();
    expect(progressText({ kind: "labels", done: 1200, total: 4000 })).toBe(
      "1,200 of 4,000 kernels labelled",
    );
  });

  test("a cancel and an error say what is still on the screen", () => {
    const state = { pending: null, current: null };
    expect(statusSentence({ ...state, phase: "cancelled" }, null)).toContain("No model is open");
    const shown = { ...state, current: "analysis-1" };
    expect(statusSentence({ ...shown, phase: "error" }, analysis)).toContain("unchanged");
    expect(statusSentence({ ...shown, phase: "done" }, analysis)).toBe("Done in 1.2 s.");
  });
});

describe("settings", () => {
  test("every choice leads to the setting it names, and back", () => {
    for (const setting of CHOICE_SETTINGS) {
      for (const { value } of setting.choices) {
        const settings = { ...DEFAULT_SETTINGS, ...setting.change(value) };
        expect(setting.value(settings)).toBe(value);
      }
    }
  });

  test("a value that is not on the list can still be shown", () => {
    const grid = CHOICE_SETTINGS.find((setting) => setting.name === "Grid");
    expect(grid && choicesWith(grid, "48").at(-1)).toEqual({ value: "48", words: "48" });
  });

  test("typed numbers are kept within their limits; anything else is refused", () => {
    expect(typedNumber("12,5", 0, 100)).toBe(12.5);
    expect(typedNumber("120", 0, 100)).toBe(100);
    expect(typedNumber("", 0, 100)).toBeNull();
    expect(typedNumber("ten", 0, 100)).toBeNull();
  });
});

describe("names and sizes", () => {
  test("file names hold no characters that a disk refuses", () => {
    expect(exportName("my net/v1:2.onnx", "atlas", "png")).toBe("my-net-v1-2-atlas.png");
    expect(exportName(".onnx", "results", "json")).toBe("model-results.json");
    expect(bytesText(999)).toBe("999 bytes");
  });
});
