import { describe, expect, test } from "vitest";
import type { Analysis } from "../../../src/core/analysis/analysis.ts";
import { ConvAtlasError } from "../../../src/core/errors.ts";
import type { SubstitutionResult, TrialResult } from "../../../src/core/substitution/trial.ts";
import { LAB_EXPORT } from "../../../src/ui/export/figures/lab.ts";
import { LIGHT_THEME } from "../../../src/ui/figures/theme.ts";
import { valuesText } from "../../../src/ui/lab/test/TestTable.tsx";
import { USUAL_TEST } from "../../../src/ui/lab/test/testChoice.ts";
import { testPlan } from "../../../src/ui/lab/test/testPlan.ts";
import { hasChoiceOfMeasure, testFindings } from "../../../src/ui/lab/test/testRows.ts";
import {
  cancelTest,
  recordOf,
  runTest,
  type TestRun,
  testedSlices,
  testRunOf,
} from "../../../src/ui/lab/test/testRuns.ts";
import {
  endSentence,
  progressSentence,
  settingsSentence,
} from "../../../src/ui/lab/test/testWords.ts";
import type { LabClient } from "../../../src/worker/lab/labClient.ts";
import type {
  LabEvent,
  SubstitutionRequest,
  TestedSlice,
} from "../../../src/worker/lab/protocol.ts";
import { textBoxes } from "../figures/pictureText.ts";
import { sampleAnalysis } from "../ui/sampleAnalysis.ts";

const ORIGINAL = { diceToMasks: 0.9731, diceToOriginal: 1, correlation: 1 };
const SLICE: TestedSlice = {
  slice: { image: "a", plane: "frame", index: 0 },
  mask: { image: "b", plane: "frame", index: 0 },
  preprocessing: {
    ...{ height: 256, width: 256, placement: "pad", scaling: "unit" },
    window: { low: 0, high: 255 },
  },
};

/** A lab that answers when a test likes. */
class FakeLab implements LabClient {
  request: SubstitutionRequest | null = null;
  onEvent: (event: LabEvent) => void = () => {};
  resolve: (result: SubstitutionResult) => void = () => {};
  reject: (error: unknown) => void = () => {};

  call(
    _: string,
    request: unknown,
    signal: AbortSignal,
    onEvent: (event: LabEvent) => void = () => {},
  ) {
    this.request = request as SubstitutionRequest;
    this.onEvent = onEvent;
    const answer = new Promise<SubstitutionResult>((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
      signal.addEventListener("abort", () =>
        reject(new ConvAtlasError("cancelled", "The lab was cancelled.")),
      );
    });
    // Only tests are asked for here; the compiler cannot see that.
    return answer as Promise<never>;
  }

  rest(): void {}

  close(): void {}
}

let models = 0;

function analysisOfAModel(): Analysis {
  models += 1;
  const analysis = sampleAnalysis();
  const sha256 = models.toString(16).padStart(64, "0");
  return { ...analysis, model: { ...analysis.model, sha256 } };
}

function started(analysis = analysisOfAModel()) {
  const client = new FakeLab();
  const layers = ["down", "deep", "up"].map((layer) => ({ layer, fixed: null }));
  const plan = testPlan(analysis, layers, USUAL_TEST, { layer: "down", group: null });
  const run = runTest({
    ...{ analysis, client, plan, choice: USUAL_TEST, slices: [SLICE, { ...SLICE, mask: null }] },
    output: { name: "mask", rule: { kind: "threshold", channel: 0, threshold: 0.5 } },
    groupName: null,
  });
  const current = (): TestRun => {
    const found = testRunOf(analysis);
    if (found === null) throw new Error("There is no test.");
    return found;
  };
  return { analysis, client, plan, run, current };
}

/** Random kernels lose all, filters nothing, in every trial. */
function resultOf(plan: ReturnType<typeof started>["plan"], trial: number): TrialResult {
  const { kind } = plan.planned[trial].replacement;
  const isFilter = kind === "best-fit" || kind === "label";
  const dice = isFilter ? 0.97 : 0.01 * trial;
  return { trial, replacedKernels: 2, diceToMasks: dice, diceToOriginal: dice / 2, correlation: 0 };
}

describe("a test that runs", () => {
  test("asks for the plan, with masks, labels on a map of 64 and the page's threshold", () => {
    const { client, plan, current } = started();
    expect(client.request?.trials).toHaveLength(plan.trials.length);
    expect(client.request?.labels).toEqual({ grid: 64, threshold: 0.1 });
    expect(current()).toMatchObject({ state: "running", slices: 2, masks: 1, trials: [] });
    expect(recordOf(current())).toBeNull();
  });

  test("grows with what comes, and stays when it is cancelled", async () => {
    const { analysis, client, plan, run, current } = started();
    client.onEvent({ kind: "progress", step: "starting", share: 0.9 });
    client.onEvent({ kind: "progress", step: "running", share: 0.25 });
    client.onEvent({ kind: "trial", original: ORIGINAL, result: resultOf(plan, 0) });
    client.onEvent({ kind: "trial", original: ORIGINAL, result: resultOf(plan, 1) });
    expect(current()).toMatchObject({ share: 0.25, original: ORIGINAL });
    cancelTest(analysis);
    await run;
    expect(current().state).toBe("cancelled");
    expect(current().trials).toHaveLength(2);
    expect(recordOf(current())?.result.trials).toHaveLength(2);
    expect(recordOf(current())?.features).toEqual(analysis.features);
    expect(endSentence(current())).toMatch(
      /Stopped after 2 of 36 replacements; what was found stays/,
    );
  });

  test("ends with the whole result", async () => {
    const { client, plan, run, current } = started();
    const trials = plan.trials.map((_, trial) => resultOf(plan, trial));
    client.resolve({ original: ORIGINAL, trials, milliseconds: 5 });
    await run;
    expect(current()).toMatchObject({ state: "done", share: 1 });
    expect(endSentence(current())).toBeNull();
  });

  test("says why it failed, and keeps what there is", async () => {
    const { client, plan, run, current } = started();
    client.onEvent({ kind: "trial", original: ORIGINAL, result: resultOf(plan, 0) });
    client.reject(new ConvAtlasError("cannot-run", "There is not enough memory."));
    await run;
    expect(current()).toMatchObject({
      state: "failed",
      failure: { message: "There is not enough memory." },
    });
    expect(current().trials).toHaveLength(1);
  });

  test("started again forgets the one before, whose end changes nothing", async () => {
    const first = started();
    const second = started(first.analysis);
    first.client.resolve({ original: ORIGINAL, trials: [], milliseconds: 5 });
    await first.run;
    expect(second.current().state).toBe("running");
  });

  test("cancelled before it has found anything leaves the one before", async () => {
    const first = started();
    const trials = first.plan.trials.map((_, trial) => resultOf(first.plan, trial));
    first.client.resolve({ original: ORIGINAL, trials, milliseconds: 5 });
    await first.run;
    const whole = first.current();
    const second = started(first.analysis);
    expect(second.current()).toMatchObject({ state: "running", trials: [] });
    cancelTest(first.analysis);
    await second.run;
    expect(second.current()).toEqual(whole);
    // What has been found of the next one is of more use than all of the one before.
    const third = started(first.analysis);
    third.client.onEvent({ kind: "trial", original: ORIGINAL, result: trials[0] });
    cancelTest(first.analysis);
    await third.run;
    expect(third.current()).toMatchObject({ state: "cancelled", trials: [trials[0]] });
  });

  test("of another model is another test, one at a time; of those long ago none is kept", async () => {
    const first = started();
    const { analysis } = started();
    expect(testRunOf(first.analysis)).not.toBe(testRunOf(analysis));
    expect(testRunOf(analysis)?.state).toBe("running");
    await first.run;
    expect(first.current().state).toBe("cancelled");
    for (let more = 0; more < 8; more++) started();
    expect(testRunOf(first.analysis)).toBeNull();
  });
});

describe("what a test has found", () => {
  async function finished() {
    const all = started();
    const trials = all.plan.trials.map((_, trial) => resultOf(all.plan, trial));
    all.client.resolve({ original: ORIGINAL, trials, milliseconds: 5 });
    await all.run;
    return all;
  }

  test("is told by masks, or by the network's own output", async () => {
    const { analysis, current } = await finished();
    expect(hasChoiceOfMeasure(current())).toBe(true);
    const byMasks = testFindings(analysis, current(), "masks");
    const byOutput = testFindings(analysis, current(), "output");
    expect(byMasks?.found).toMatchObject({ measure: "diceToMasks", own: 0.9731 });
    expect(byOutput?.found).toMatchObject({ measure: "diceToOriginal", own: 1 });
    expect(byOutput?.rows[0].values["best-fit"]).toEqual([0.97 / 2]);
  });

  test("has a line per layer, with its role, its values and a verdict in words", async () => {
    const { analysis, current } = await finished();
    const rows = testFindings(analysis, current(), "masks")?.rows ?? [];
    expect(rows.map(({ name, role }) => [name, role])).toEqual([
      ["down", "encoder"],
      ["deep", "bottleneck"],
      ["up", "decoder"],
      ["All layers", null],
    ]);
    expect(rows[0].values.random).toEqual([0.05, 0.06, 0.07]);
    expect(rows[0].verdict).toBe("could be clinical filters");
    expect(rows[0].sentence).toMatch(/^down\. Could be clinical filters/);
  });

  test("has no verdict where not all of a line has run", () => {
    const { analysis, client, plan, current } = started();
    expect(testFindings(analysis, current(), "masks")).toBeNull();
    for (let trial = 0; trial < 10; trial++) {
      client.onEvent({ kind: "trial", original: ORIGINAL, result: resultOf(plan, trial) });
    }
    const rows = testFindings(analysis, current(), "masks")?.rows ?? [];
    expect(rows.map(({ verdict }) => verdict === null)).toEqual([false, true, true, true]);
    expect(rows[1].sentence).toMatch(/Not all of it has run/);
  });

  test("can be taken along as a picture that says how it was made, once there is some", async () => {
    const nothing = started();
    const request = { compared: null };
    expect(LAB_EXPORT.refusal({ ...request, analysis: nothing.analysis })).toMatch(
      /put kernels to the test/,
    );
    const { analysis } = await finished();
    expect(LAB_EXPORT.refusal({ ...request, analysis })).toBeNull();
    const figure = await LAB_EXPORT.draw({
      ...{ analysis, compared: null, theme: LIGHT_THEME, width: 800, height: 1000 },
      choices: {} as never,
    });
    expect(figure.lines.join(" ")).toMatch(/64 \u00D7 64, threshold 10 %/);
    expect(figure.lines.join(" ")).toMatch(/3 of 3 layers can be replaced .* one at a time/);
    const texts = textBoxes(figure.picture.node).map(({ text }) => text);
    expect(texts).toEqual(
      expect.arrayContaining(["down", "All layers", "could be clinical filters"]),
    );
  });
});

describe("words of a test", () => {
  test("say how far it is, and how long it takes once that can be told", () => {
    const { client, plan, current } = started();
    const at = (milliseconds: number) =>
      progressSentence(current(), current().startedAt + milliseconds);
    expect(at(100)).toBe("0 of 36 replacements tried.");
    client.onEvent({ kind: "progress", step: "running", share: 0.5 });
    client.onEvent({ kind: "trial", original: ORIGINAL, result: resultOf(plan, 0) });
    expect(at(30_000)).toBe("1 of 36 replacements tried; about 30 seconds left.");
  });

  test("name every choice that changes a number", () => {
    const { current } = started();
    const said = settingsSentence(current());
    for (const part of [
      "Whole layers",
      "filters Local mean, Laplacian, Gaussian blur, Edge detection, Identity and Sharpen;",
      "2 slices, 1 with masks",
      "256 \u00D7 256",
      "channel 0, threshold 0.5",
      "64 \u00D7 64, threshold 10 %",
      "3 random draws",
    ]) {
      expect(said).toContain(part);
    }
    expect(settingsSentence({ ...current(), groupName: "Cluster 1 of down" })).toMatch(
      /^Cluster 1 of down only/,
    );
    expect(said).not.toContain("own way");
    const [preprocessing] = current().preprocessing;
    const swapped = { ...preprocessing, mirrored: true };
    const other = settingsSentence({
      ...current(),
      preprocessing: [preprocessing, swapped],
      output: { name: "classes", rule: { kind: "largest", channel: 2 } },
    });
    expect(other).toContain("input 256 \u00D7 256, each image prepared in its own way");
    expect(other).toContain("output classes, channel 2 where it is the largest");
    expect(other).not.toContain("of the masks");
    const named = { kind: "named", channel: 0, classNumber: 2 } as const;
    const labelled = { name: "classes", rule: named, label: 4 };
    expect(settingsSentence({ ...current(), output: labelled })).toContain(
      "output classes, channel 0 where it names class 2; value 4 of the masks;",
    );
    expect(settingsSentence({ ...current(), output: { ...labelled, label: "all" } })).toContain(
      "; all that masks mark;",
    );
    const rule = { kind: "threshold", channel: 0, threshold: Math.log(0.8 / 0.2) } as const;
    expect(settingsSentence({ ...current(), output: { name: "mask", rule } })).toContain(
      "channel 0, threshold 1.386;",
    );
  });

  test("values of draws have their range", () => {
    expect(valuesText("random", [0.3, 0.1, 0.2])).toBe("0.200 (0.100 to 0.300)");
    expect(valuesText("random", [0.3])).toBe("0.300");
    expect(valuesText("best-fit", [0.9134])).toBe("0.913");
    expect(valuesText("zero", [])).toBe("\u2013");
  });

  test("the slice that is looked at can be tested alone", () => {
    const other = { ...SLICE, mask: null };
    expect(testedSlices([SLICE, other], other, { slices: "shown" })).toEqual([other]);
    expect(testedSlices([SLICE, other], null, { slices: "shown" })).toHaveLength(2);
    expect(testedSlices([SLICE, other], other, { slices: "all" })).toHaveLength(2);
  });
});
