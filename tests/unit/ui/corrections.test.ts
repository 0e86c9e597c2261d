import { describe, expect, test } from "vitest";
import type { Analysis } from "../../../src/core/analysis/analysis.ts";
import { NO_CORRECTIONS } from "../../../src/core/network/corrections.ts";
import {
  correctionCount,
  correctionRows,
  doubtfulLayers,
  fileTellsLayers,
  layoutWords,
  mapAsTyped,
  parseMap,
  withLayer,
  withMove,
} from "../../../src/ui/corrections/draft.ts";
import { keptCorrections } from "../../../src/ui/state/keptCorrections.ts";
import { sampleAnalysis } from "./sampleAnalysis.ts";

function bareAnalysis(): Analysis {
  const analysis = sampleAnalysis({});
  const layers = analysis.layers.map((layer) => ({
    ...layer,
    place: { ...layer.place, roleSource: "guess", gridSource: "default" } as const,
  }));
  const [first] = layers;
  return {
    ...analysis,
    layers,
    levels: layers.map((_, index) => index),
    questions: [
      {
        layer: first.description.name,
        readAs: "out,in/g,h,w",
        alternatives: ["in,out/g,h,w"],
        doubt: "The channels fit only so.",
      },
    ],
  };
}

const analysis = bareAnalysis();
const names = analysis.layers.map(({ description }) => description.name);

describe("the draft of corrections", () => {
  test("starts from what was guessed, and says so", () => {
    const rows = correctionRows(analysis, NO_CORRECTIONS);
    expect(rows.map(({ name }) => name)).toEqual(names);
    expect(rows.every(({ roleIsGuess, mapIsAssumed }) => roleIsGuess && mapIsAssumed)).toBe(true);
    expect(rows[0].reading).toMatchObject({ chosen: "out,in/g,h,w" });
    expect(rows[1].reading).toBeNull();
  });

  test("shows what a person said as said, and nothing else", () => {
    const once = withLayer(NO_CORRECTIONS, names[0], { role: "decoder" });
    const draft = withLayer(once, names[0], { mapSize: [48, 32] });
    const [row, other] = correctionRows(analysis, draft);
    expect(row).toMatchObject({
      role: "decoder",
      roleIsGuess: false,
      map: [48, 32],
      mapIsAssumed: false,
    });
    expect(other.roleIsGuess).toBe(true);
    expect(correctionCount(draft)).toBe(1);
  });

  test("derives all maps from the side of the image; a stated map wins", () => {
    const draft = withLayer({ ...NO_CORRECTIONS, inputSide: 256 }, names[1], { mapSize: [9, 9] });
    const maps = correctionRows(analysis, draft).map(({ map }) => map[0]);
    expect(maps.slice(0, 3)).toEqual([256, 9, 64]);
  });

  test("moves layers, never past the ends", () => {
    const draft = withMove(NO_CORRECTIONS, names, names[0], 1);
    const moved = correctionRows(analysis, draft).map(({ name }) => name);
    expect(moved.slice(0, 2)).toEqual([names[1], names[0]]);
    expect(withMove(NO_CORRECTIONS, names, names[0], -1)).toBe(NO_CORRECTIONS);
  });

  test("names layers in doubt until they are answered", () => {
    expect(doubtfulLayers(analysis)).toEqual([names[0]]);
    const corrections = withLayer(NO_CORRECTIONS, names[0], { layout: "out,in/g,h,w" });
    const answered = { ...analysis, settings: { ...analysis.settings, corrections } };
    expect(doubtfulLayers(answered)).toEqual([]);
  });

  test("has nothing to ask where the file tells everything", () => {
    expect(fileTellsLayers(sampleAnalysis())).toBe(true);
    expect(fileTellsLayers(analysis)).toBe(false);
    const guess = { basis: "names", confidence: "high" } as const;
    expect(fileTellsLayers(sampleAnalysis({ roleGuess: guess }))).toBe(false);
  });

  test("tells readings apart in words", () => {
    expect(layoutWords("in,out/g,h,w")).toBe("transposed (in, out, h, w)");
    expect(layoutWords("out,in/g,h,w")).toBe("convolution (out, in, h, w)");
  });
});

describe("a typed map", () => {
  test.each([
    ["64", [64, 64]],
    [" 64 x 48 ", [64, 48]],
    ["64×48", [64, 48]],
    ["0", null],
    ["64 x", null],
    ["-3", null],
    ["1e9", null],
  ])("%s is %j", (text, expected) => {
    expect(parseMap(text)).toEqual(expected);
  });

  test("is typed back as it is shown", () => {
    for (const map of [[64, 64] as const, [64, 48] as const]) {
      expect(parseMap(mapAsTyped(map))).toEqual(map);
    }
  });
});

describe("corrections that are kept", () => {
  test("come back for the same file, and go with the last correction", () => {
    const stored = new Map<string, string>();
    const kept = keptCorrections({
      getItem: (key) => stored.get(key) ?? null,
      setItem: (key, value) => stored.set(key, value),
      removeItem: (key) => stored.delete(key),
    });
    const corrections = withLayer(NO_CORRECTIONS, "a", { role: "encoder" });
    kept.set("hash", corrections);
    expect(kept.get("hash")).toEqual(corrections);
    expect(kept.get("other")).toBeNull();
    kept.set("hash", NO_CORRECTIONS);
    expect(stored.size).toBe(0);
  });

  test("are none where storage is off or holds something else", () => {
    expect(keptCorrections(undefined).get("hash")).toBeNull();
    const odd = { getItem: () => "[]", setItem: () => {}, removeItem: () => {} };
    expect(keptCorrections(odd).get("hash")).toBeNull();
  });
});
