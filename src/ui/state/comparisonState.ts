import type { StoreApi } from "zustand/vanilla";
import type { Analysis } from "../../core/analysis/analysis.ts";
import type { Comparison } from "../../core/comparison/comparison.ts";
import type { AnalysisSession } from "../../worker/client.ts";
import type { ModelInput, PickedFile } from "../../worker/protocol.ts";
import type { AnalysisKey, AnalysisRegistry } from "./analyses.ts";
import type { PageError, Progress } from "./pageState.ts";
import type { PageStore } from "./pageStore.ts";
import type { SessionModel } from "./session.ts";

/**
 * `waiting`: there is a second model, but it is not compared under the present settings yet,
 * since the first one is not complete or nobody looks. `error` and `cancelled`: there is nothing
 * to show; an error that leaves an older comparison on screen keeps `done`.
 */
export type ComparisonPhase =
  | "idle"
  | "waiting"
  | "reading"
  | "analyzing"
  | "comparing"
  | "done"
  | "error"
  | "cancelled";

export type ComparisonProgress =
  | Progress
  | { readonly kind: "comparing"; readonly done: number; readonly total: number };

/** Plain JSON; the second analysis lives in `analyses`, the result in the runner. */
export interface ComparisonState {
  readonly phase: ComparisonPhase;
  /** Name of the second model, B: the one being read, else the one compared. */
  readonly modelName: string | null;
  /** The analysis of B, once it is complete. */
  readonly key: AnalysisKey | null;
  /** Names the result of `ComparisonRunner.result`; null while there is none. */
  readonly resultKey: string | null;
  readonly progress: ComparisonProgress | null;
  readonly error: PageError | null;
  /** What a link or picture compared with, where another file was added in its place. */
  readonly insteadOf: SessionModel | null;
}

export type ComparisonStore = StoreApi<ComparisonState>;

export const NO_COMPARISON: ComparisonState = {
  phase: "idle",
  modelName: null,
  key: null,
  resultKey: null,
  progress: null,
  error: null,
  insteadOf: null,
};

/** Two analyses and what differs; B is analysed under the settings and features of A. */
export interface ComparedModels {
  readonly a: Analysis;
  readonly b: Analysis;
  readonly comparison: Comparison;
}

export interface ComparisonParts {
  /** Whose model is A. */
  readonly page: PageStore;
  readonly analyses: AnalysisRegistry;
  readonly openSession: (input: ModelInput) => AnalysisSession;
  /** Told of each second model that was read. */
  readonly onOpened?: (input: ModelInput, analysis: Analysis) => void;
}

export interface ComparisonRunner {
  readonly store: ComparisonStore;
  /**
   * Reads a second model and compares it; the comparison on screen stays until then.
   *
   * @param sample its id, for a sample that the page brings itself.
   */
  add(input: ModelInput, remarks?: readonly string[], sample?: string | null): void;
  /** Adds files: those that were asked for by name join the attempt that lacked them. */
  addFiles(files: readonly PickedFile[], remarks?: readonly string[]): void;
  /** Says why something cannot be read at all. */
  refuse(thrown: unknown, name: string): void;
  /** Stops what runs; a comparison that was there before stays. */
  cancel(): void;
  /** Compares again, after a cancel or an error. */
  retry(): void;
  /** Lets go of the second model, and of the wish of a link for one. */
  remove(): void;
  dismissError(): void;
  /** What is compared, under the present settings of A; null while it is not. */
  result(): ComparedModels | null;
  /** The same once it is up to date; null where there is no second model or it fails. */
  whenReady(): Promise<ComparedModels | null>;
}
