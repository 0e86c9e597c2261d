import type { EngineChoice } from "../../core/action/engineRoom.ts";
import type { Settings } from "../../core/analysis/settings.ts";
import type { ErrorCode } from "../../core/errors.ts";
import type { ReadStep } from "../../core/formats/format.ts";
import type { ColourBy } from "../figures/scatter.ts";
import type { LayerFilter } from "../layers/layerFilter.ts";
import type { LayerSort } from "../layers/layerSort.ts";
import type { AnalysisKey } from "./analyses.ts";

/** What the page is doing; the words are part of the page's contract with tests. */
export type Phase = "idle" | "reading" | "analyzing" | "done" | "error" | "cancelled";

export type ViewName = "atlas" | "layer" | "labels";

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

/** Layers are named, not numbered, so that a selection outlives a change of settings. */
export interface Selection {
  readonly layer: string | null;
  readonly kernel: number | null;
}

export const NOTHING_SELECTED: Selection = { layer: null, kernel: null };

/** Plain JSON only; the analyses themselves live in `analyses.ts`. */
export interface PageState {
  readonly phase: Phase;
  readonly current: AnalysisKey | null;
  readonly pending: PendingRun | null;
  readonly error: PageError | null;
  readonly view: ViewName;
  readonly selection: Selection;
  readonly settings: Settings;
  /** What computes the spectra; changes no number. */
  readonly engine: EngineChoice;
  readonly theme: ThemeChoice;
  readonly colourBy: ColourBy;
  readonly layerSearch: string;
  readonly layerFilter: LayerFilter;
  readonly layerSort: LayerSort;
  readonly helpIsOpen: boolean;
  readonly correctionsAreOpen: boolean;
}
