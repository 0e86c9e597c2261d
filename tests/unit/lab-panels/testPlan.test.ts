import { describe, expect, test } from "vitest";
import {
  KINDS,
  replacementsOf,
  type TestChoice,
  USUAL_TEST,
  withKind,
} from "../../../src/ui/lab/test/testChoice.ts";
import {
  expectedTime,
  fixedByReason,
  testPlan,
  timePerSlice,
} from "../../../src/ui/lab/test/testPlan.ts";
import { beforehandSentence, kindWords, roughTime } from "../../../src/ui/lab/test/testWords.ts";
import { sampleAnalysis } from "../ui/sampleAnalysis.ts";

const ANALYSIS = sampleAnalysis();
const FREE = ["down", "deep", "up"].map((layer) => ({ layer, fixed: null }));
const PLACES = { layer: "down", group: null };

describe("what is tested", () => {
  test("unless chosen otherwise: filters, and all controls three times where they are random", () => {
    const kinds = replacementsOf(USUAL_TEST).map(({ kind }) => kind);
    expect(kinds).toEqual([
      ...["best-fit", "label"],
      ...["random-fit", "random-fit", "random-fit"],
      ...["random", "random", "random", "zero"],
    ]);
  });

  test("a kind taken in stands in its place, and one left out is gone", () => {
    const more = withKind(USUAL_TEST, "rounded", true);
    expect(replacementsOf(more).at(-1)).toEqual({ kind: "rounded", bits: 4 });
    expect(withKind(more, "rounded", false)).toEqual(USUAL_TEST);
    expect(withKind(USUAL_TEST, "low-rank", true).kinds).toEqual(
      KINDS.filter((kind) => kind !== "rounded"),
    );
  });
});

describe("the plan", () => {
  test("is every layer in network order, then all at once", () => {
    const plan = testPlan(ANALYSIS, FREE, USUAL_TEST, PLACES);
    expect(plan.rows.map(({ layer }) => layer)).toEqual(["down", "deep", "up", null]);
    expect(plan.trials).toHaveLength(4 * 9);
    const last = plan.trials.at(-1);
    expect(last?.targets.map(({ layer }) => layer)).toEqual(["down", "deep", "up"]);
    expect(last?.replacement).toEqual({ kind: "zero" });
    expect(plan.fixed).toEqual([]);
  });

  test("leaves out layers that stay as they are, and says why", () => {
    const layers = [FREE[0], { layer: "deep", fixed: "Its weights are computed." }];
    const plan = testPlan(ANALYSIS, layers, USUAL_TEST, PLACES);
    // One layer by itself is all at once already.
    expect(plan.rows).toEqual([{ layer: "down", kernels: "all" }]);
    expect(plan.fixed).toEqual([
      { layer: "deep", why: "Its weights are computed." },
      { layer: "up", why: "It is no part of what runs." },
    ]);
  });

  test("tells a reason that several layers share once", () => {
    const why = "Its weights are computed.";
    const layers = [FREE[0], { layer: "deep", fixed: why }, { layer: "up", fixed: why }];
    const plan = testPlan(ANALYSIS, layers, USUAL_TEST, PLACES);
    expect(fixedByReason(plan)).toEqual([{ why, layers: ["deep", "up"] }]);
  });

  test("of one layer is that layer", () => {
    const choice: TestChoice = { ...USUAL_TEST, place: "layer" };
    const plan = testPlan(ANALYSIS, FREE, choice, { layer: "up", group: null });
    expect(plan.rows).toEqual([{ layer: "up", kernels: "all" }]);
  });

  test("of a group is its kernels in every layer that has some", () => {
    const choice: TestChoice = { ...USUAL_TEST, place: "group" };
    const group = { kind: "label", layer: null, label: "edge" } as const;
    const plan = testPlan(ANALYSIS, FREE, choice, { layer: "down", group });
    expect(plan.rows.map(({ layer }) => layer)).toEqual(["down", "deep", "up", null]);
    expect([...(plan.trials[0].targets[0].members ?? [])]).toEqual([1, 0, 0, 0]);
    expect(testPlan(ANALYSIS, FREE, choice, PLACES).trials).toEqual([]);
  });

  test("takes the network as it is, and every replacement, on every slice", () => {
    const plan = testPlan(ANALYSIS, FREE, USUAL_TEST, PLACES);
    expect(expectedTime(plan, 12, 40)).toBe(37 * 12 * 40);
    // And a test that is over says what a slice took.
    const over = { milliseconds: 37 * 12 * 40, trials: plan.trials, slices: 12 };
    expect(timePerSlice(over)).toBe(40);
    expect(timePerSlice({ ...over, trials: [] })).toBeNull();
  });
});

describe("what is said beforehand", () => {
  test.each([
    [4000, "a few seconds"],
    [31_000, "about 40 seconds"],
    [58_000, "about a minute"],
    [95_000, "about 2 minutes"],
    [3_600_000, "about 60 minutes"],
  ])("%i ms: %s", (time, words) => expect(roughTime(time)).toBe(words));

  test("how many runs, on how many slices, how long", () => {
    const plan = testPlan(ANALYSIS, FREE, USUAL_TEST, PLACES);
    expect(beforehandSentence(plan, 12, 60_000)).toBe(
      "36 replacements on 12 slices: about a minute on this computer. The network as it is runs first.",
    );
    const none = { ...plan, trials: [] };
    expect(beforehandSentence(none, 12, null)).toMatch(/Nothing is chosen .*: choose kernels/);
    const fixed = [{ layer: "down", why: "Its weights are computed." }];
    expect(beforehandSentence({ ...none, fixed }, 12, null)).toMatch(/^None of the chosen kernels/);
  });

  test("each kind in words of its own", () => {
    const words = KINDS.map((kind) => kindWords(kind, USUAL_TEST));
    expect(new Set(words).size).toBe(KINDS.length);
    expect(kindWords("random", { draws: 1, bits: 4 })).toContain("one draw");
    expect(kindWords("rounded", { draws: 1, bits: 5 })).toContain("5 bits");
  });
});
