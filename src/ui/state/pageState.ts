import type { EngineChoice } from "../../core/action/engineRoom.ts";
import type { ErrorCode } from "../../core/errors.ts";
import type { ReadStep } from "../../core/formats/format.ts";
import type { LayerFilter } from "../layers/layerFilter.ts";
import type { LayerSort } from "../layers/layerSort.ts";
import type { AnalysisKey } from "./analyses.ts";
import type { Choices } from "./choices.ts";
import type { History } from "./history.ts";
import type { Session, SessionModel } from "./session.ts";

/** What the page is doing; the words are part of the page's contract with tests. */
export type Phase = "idle" | "reading" | "analyzing" | "done" | "error" | "cancelled";

export type ThemeChoice = "system" | "light" | "dark";

export type Progress =
  | { readonly kind: "opening" }
  | { readonly kind: "reading"; readonly step: ReadStep }
  | { readonly kind: "values"; readonly done: number; readonly total: number }
  | { readonly kind: "labels"; readonly done: number; readonly total: number }
  | { readonly kind: "baseline"; readonly done: number; readonly total: number };

/** A run that has not finished; the analysis on screen stays until it has. */
export interface PendingRun {
  readonly key: AnalysisKey;
  readonly modelName: string;
  /** `model`: another file; `settings`: the same file, other settings. */
  readonly reason: "model" | "settings";
  readonly progress: Progress;
}

export interface PageError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: string;
  readonly modelName: string;
  /** Names of files to ask for; what they are added to is held by the runner. */
  readonly missingFiles: readonly string[];
  /** Plain sentences about how the files were chosen. */
  readonly remarks: readonly string[];
}

/** What runs, and what is on screen; the analyses themselves live in `analyses.ts`. */
export interface RunSlice {
  readonly phase: Phase;
  readonly current: AnalysisKey | null;
  readonly pending: PendingRun | null;
  readonly error: PageError | null;
  /** What computes the spectra; changes no number. */
  readonly engine: EngineChoice;
  /** Id of the sample on screen; null for a file of the person's own. */
  readonly sample: string | null;
  /** A view from a link or a picture, of a model that the person has yet to open. */
  readonly waiting: Session | null;
}

/** The second model of the view that compares two; its analysis is held by the comparison. */
export interface ComparedSlice {
  /** The one that is compared, for links and pictures; null without one. */
  readonly compared: SessionModel | null;
  /** The one that a link or picture compared with, and that is not read yet. */
  readonly toCompare: SessionModel | null;
}

/** The list of layers at the left. */
export interface LayerListSlice {
  readonly layerSearch: string;
  readonly layerFilter: LayerFilter;
  readonly layerSort: LayerSort;
}

/** What belongs to the page and not to a model. */
export interface ChromeSlice {
  readonly theme: ThemeChoice;
  readonly helpIsOpen: boolean;
  readonly correctionsAreOpen: boolean;
  readonly featuresAreOpen: boolean;
}

export interface HistorySlice {
  readonly history: History;
}

/** Plain JSON only, in slices; the choices are what can be undone, shared and saved. */
export type PageState = RunSlice &
  Choices &
  ComparedSlice &
  LayerListSlice &
  ChromeSlice &
  HistorySlice;
