import { createStore } from "zustand/vanilla";
import type { Analysis } from "../../../core/analysis/analysis.ts";
import { toConvAtlasError } from "../../../core/errors.ts";
import type { Preprocessing } from "../../../core/images/preprocessing.ts";
import type { SubstitutionRecord } from "../../../core/results/substitutionJson.ts";
import type { Agreement, TrialResult } from "../../../core/substitution/trial.ts";
import type { LabClient } from "../../../worker/lab/labClient.ts";
import type { LabEvent, SubstitutionRequest, TestedSlice } from "../../../worker/lab/protocol.ts";
import { LABEL_GRID, type TestChoice } from "./testChoice.ts";
import type { TestPlan } from "./testPlan.ts";

export type TestState = "running" | "done" | "cancelled" | "failed";

/** A test, while it runs and after. */
export interface TestRun extends Omit<SubstitutionRecord, "result" | "plan"> {
  readonly state: TestState;
  readonly choice: TestChoice;
  readonly plan: TestPlan;
  /** Words for the group that was tested; null: whole layers. */
  readonly groupName: string | null;
  /** The network as it is; null until it has run. */
  readonly original: Agreement | null;
  /** Those that have run, in their order. */
  readonly trials: readonly TrialResult[];
  /** Of the work, 0..1. */
  readonly share: number;
  /** `performance.now()` at the start. */
  readonly startedAt: number;
  /** From start to end; null while it runs. */
  readonly milliseconds: number | null;
  /** Why it failed. */
  readonly failure: { readonly message: string; readonly details: string } | null;
}

export interface TestStart extends Pick<SubstitutionRequest, "slices" | "output"> {
  readonly analysis: Analysis;
  readonly client: LabClient;
  readonly choice: TestChoice;
  readonly plan: TestPlan;
  readonly groupName: string | null;
}

/** Tests of models that were closed are kept for when they are opened again, up to so many. */
const MOST_KEPT = 6;

/**
 * Tests by model, outside the page's store: they hold which kernels were replaced, which is no
 * plain JSON, and they stay whatever view is shown.
 */
export const testStore = createStore<Readonly<Record<string, TestRun>>>()(() => ({}));

const aborts = new Map<string, AbortController>();

type Of = Pick<Analysis, "model" | "settings">;

/** What a test depends on besides its own choices: the weights, and how they are read. */
export function testKey({ model, settings }: Of): string {
  return JSON.stringify([model.sha256, settings.corrections]);
}

/** The test of this model; null if there was none. */
export function testRunOf(analysis: Of): TestRun | null {
  return testStore.getState()[testKey(analysis)] ?? null;
}

/** A test as it is written down, with what has run of it; null while nothing has. */
export function recordOf(run: TestRun | null): SubstitutionRecord | null {
  if (run === null || run.original === null || run.trials.length === 0) return null;
  const { plan, original, trials, slices, masks, output, features, labels, preprocessing } = run;
  const milliseconds = run.milliseconds ?? performance.now() - run.startedAt;
  const result = { original, trials, milliseconds };
  return { plan, result, slices, masks, output, features, labels, preprocessing };
}

function put(key: string, run: TestRun): void {
  const { [key]: _, ...others } = testStore.getState();
  const kept = Object.entries(others).slice(-(MOST_KEPT - 1));
  testStore.setState({ ...Object.fromEntries(kept), [key]: run }, true);
}

function change(key: string, changes: Partial<TestRun>): void {
  const run = testStore.getState()[key];
  if (run !== undefined) testStore.setState({ [key]: { ...run, ...changes } });
}

function started(start: TestStart): TestRun {
  const { analysis, slices, choice, plan, output, groupName } = start;
  return {
    ...{ state: "running", choice, plan, output, groupName },
    preprocessing: eachOnce(slices.map(({ preprocessing }) => preprocessing)),
    slices: slices.length,
    masks: slices.filter(({ mask }) => mask !== null).length,
    features: analysis.features,
    labels: { grid: LABEL_GRID, threshold: analysis.settings.threshold },
    ...{ original: null, trials: [], share: 0, milliseconds: null, failure: null },
    startedAt: performance.now(),
  };
}

function eachOnce(all: readonly Preprocessing[]): readonly Preprocessing[] {
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
}

/**
 * Runs a test to its end. Any other ends, since one takes the whole machine; the one before of the
 * same model is forgotten unless this one is cancelled before it has found anything.
 */
export async function runTest(start: TestStart): Promise<void> {
  const { analysis, client, plan, slices, output } = start;
  const key = testKey(analysis);
  for (const other of aborts.values()) other.abort();
  const before = testRunOf(analysis);
  const abort = new AbortController();
  aborts.set(key, abort);
  const run = started(start);
  put(key, run);
  const isOwn = () => aborts.get(key) === abort;
  const end = (changes: Partial<TestRun>) => {
    if (!isOwn()) return;
    aborts.delete(key);
    change(key, { milliseconds: performance.now() - run.startedAt, ...changes });
  };
  try {
    const request: SubstitutionRequest = {
      ...{ slices, output, features: run.features, labels: run.labels },
      trials: plan.trials,
    };
    const onEvent = (event: LabEvent) => {
      if (isOwn()) follow(key, event);
    };
    const { original, trials } = await client.call("substitute", request, abort.signal, onEvent);
    end({ state: "done", original, trials, share: 1 });
  } catch (thrown) {
    const { code, message, details } = toConvAtlasError(thrown);
    const isEmpty = testRunOf(analysis)?.trials.length === 0;
    if (code === "cancelled" && isEmpty && before !== null && before.state !== "running") {
      end(before);
      return;
    }
    end(
      code === "cancelled"
        ? { state: "cancelled" }
        : { state: "failed", failure: { message, details } },
    );
  }
}

function follow(key: string, event: LabEvent): void {
  const run = testStore.getState()[key];
  if (run === undefined) return;
  switch (event.kind) {
    case "progress":
      if (event.step === "running") change(key, { share: Math.max(run.share, event.share) });
      return;
    case "trial":
      change(key, { original: event.original, trials: [...run.trials, event.result] });
      return;
  }
}

/** Stops the test of this model; what it has found so far stays. */
export function cancelTest(analysis: Of): void {
  aborts.get(testKey(analysis))?.abort();
}

/** Slices with a mask where there are any: others tell nothing about right and wrong. */
export function testedSlices(
  testSet: readonly TestedSlice[],
  shown: TestedSlice | null,
  { slices }: Pick<TestChoice, "slices">,
): readonly TestedSlice[] {
  return slices === "shown" && shown !== null ? [shown] : testSet;
}
