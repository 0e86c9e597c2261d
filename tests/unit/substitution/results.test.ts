import { describe, expect, test } from "vitest";
import { POSTER_FEATURES } from "../../../src/core/features/clinicalKernels.ts";
import { substitutionCsv } from "../../../src/core/results/substitutionCsv.ts";
import {
  type SubstitutionRecord,
  substitutionJson,
} from "../../../src/core/results/substitutionJson.ts";
import { planTrials } from "../../../src/core/substitution/planTrials.ts";
import type { Replacement } from "../../../src/core/substitution/replacement.ts";
import type { TrialResult } from "../../../src/core/substitution/trial.ts";

const targets = ["first", "=second"].map((layer) => ({ layer, members: null, labels: null }));

/** What a verdict asks for, three draws of each random control. */
const EACH: readonly Replacement[] = [
  { kind: "best-fit" },
  { kind: "label" },
  { kind: "zero" },
  ...[0, 1, 2].map((draw): Replacement => ({ kind: "random", draw })),
  ...[0, 1, 2].map((draw): Replacement => ({ kind: "random-fit", draw })),
];

/** Trial number t has a Dice of t / 100. */
function recordOf(measured: (trial: number) => boolean = () => true): SubstitutionRecord {
  const plan = planTrials(targets, [
    ...EACH,
    { kind: "low-rank", rank: 1 },
    { kind: "rounded", bits: 4 },
  ]);
  const trials = plan.planned.map((_, trial): TrialResult => {
    const value = trial / 100;
    return {
      trial,
      replacedKernels: 4,
      diceToMasks: value,
      diceToOriginal: value,
      correlation: null,
    };
  });
  return {
    plan,
    result: {
      original: { diceToMasks: 0.97, diceToOriginal: 1, correlation: 1 },
      trials: trials.filter(({ trial }) => measured(trial)),
      milliseconds: 1234.5,
    },
    slices: 12,
    masks: 11,
    output: { name: "mask", rule: { kind: "threshold", channel: 0, threshold: 0.5 } },
    features: POSTER_FEATURES,
    labels: { grid: 64, threshold: 0.1 },
    preprocessing: [
      {
        ...{ height: 256, width: 256, placement: "pad" },
        ...{ window: { low: 0, high: 255 }, scaling: "unit" },
      },
    ],
  };
}

function csvCells(text: string): string[][] {
  return text
    .trimEnd()
    .split("\r\n")
    .map((line) => line.split(","));
}

describe("the results of a substitution test", () => {
  test("as JSON: settings, trials, what they say, and only that", () => {
    const json = JSON.parse(JSON.stringify(substitutionJson(recordOf())));
    expect(Object.keys(json)).toEqual([
      ...["slices", "masks", "preprocessing", "output", "features", "labels", "original", "trials"],
      ...["measure", "own", "margin", "rows", "summary", "milliseconds"],
    ]);
    expect(json.features[4]).toEqual(POSTER_FEATURES[4]);
    expect(json.trials).toHaveLength(33);
    expect(json.trials[3]).toEqual({
      layer: "first",
      replacement: { kind: "random", draw: 0 },
      replacedKernels: 4,
      diceToMasks: 0.03,
      diceToOriginal: 0.03,
      correlation: null,
    });
    expect(json.trials[22].layer).toBeNull();
    expect(json.rows.map((row: { layer: string | null }) => row.layer)).toEqual([
      ...["first", "=second"],
      null,
    ]);
    expect(json.rows[0]).toMatchObject({
      verdict: "couldNot",
      bestFit: 0,
      random: { draws: 3, median: 0.04, lowest: 0.03, highest: 0.05 },
    });
    expect(json.rows[0].text).toContain("Could not");
    expect(json.summary[0]).toContain("None of 2 layers");
  });

  test("as CSV: a row per trial, the random control beside it", () => {
    const [head, ...rows] = csvCells(substitutionCsv(recordOf()));
    expect(rows).toHaveLength(33);
    expect(new Set(rows.map((row) => row.length))).toEqual(new Set([head.length]));
    const row = (trial: number) =>
      Object.fromEntries(head.map((name, at) => [name, rows[trial][at]]));
    expect(row(4)).toEqual({
      ...{ layer: "first", replacement: "random", draw: "2", rank: "", bits: "" },
      ...{ name: "random kernel of equal strength (draw 2)", replacedKernels: "4" },
      ...{ diceToMasks: "0.04", diceToOriginal: "0.04", correlation: "" },
      ...{ "original:diceToMasks": "0.97", "original:diceToOriginal": "1" },
      ...{ "original:correlation": "1", "random:diceToMasks": "0.04" },
      ...{ "random:diceToOriginal": "0.04", "random:correlation": "0" },
    });
    expect(row(9)).toMatchObject({ replacement: "low-rank", rank: "1", draw: "" });
    expect(row(10)).toMatchObject({ replacement: "rounded", bits: "4" });
    // Names come from the file: no formula for a spreadsheet.
    expect(row(11).layer).toBe("'=second");
    expect(row(32)).toMatchObject({ layer: "(all at once)", "random:diceToMasks": "0.26" });
  });

  test("as CSV: a control whose output is the same everywhere counts as 0, as for the verdict", () => {
    const record = recordOf();
    const trials = record.result.trials.map((trial) => {
      return { ...trial, diceToMasks: null, diceToOriginal: null };
    });
    const original = { diceToMasks: null, diceToOriginal: null, correlation: 1 };
    const [head, first] = csvCells(
      substitutionCsv({ ...record, result: { ...record.result, original, trials } }),
    );
    const cell = (name: string) => first[head.indexOf(name)];
    expect(cell("random:correlation")).toBe("0");
    expect(cell("random:diceToMasks")).toBe("");
  });

  test("of a test that was cancelled has what was run", () => {
    const record = recordOf((trial) => trial < 3);
    const json = JSON.parse(JSON.stringify(substitutionJson(record)));
    expect(json.trials).toHaveLength(3);
    expect(json.rows[0]).toMatchObject({ bestFit: 0, random: null });
    expect(json.rows[1].verdict).toBe("notTested");
    const rows = csvCells(substitutionCsv(record));
    expect(rows).toHaveLength(4);
    expect(rows[1].at(-3)).toBe("");
  });
});
