import type { Speeds } from "../core/action/calibration.ts";
import type { AnalysisRequest } from "../core/analysis/analyse.ts";
import type { CompletionRequest } from "../core/analysis/completeLayers.ts";
import type { OperatorRequest } from "../core/analysis/operatorOfLayer.ts";
import type { AnalysisEvent, FindingsEvent } from "../core/analysis/progress.ts";
import type { FindingsRequest } from "../core/findings/request.ts";
import type { LayerOperator } from "../core/operator/layerOperator.ts";

/** What an analysis worker holds: one model. How it is spoken to is told in messages.ts. */
export interface AnalysisGreeting {
  readonly input: ModelInput;
  /** How fast engines were before; null where that was never measured. */
  readonly speeds: Speeds | null;
}

/** What an analysis worker is asked. Results come as events. */
export type AnalysisQuestion =
  /** Settings and features. */
  | { readonly kind: "analyse"; readonly request: AnalysisRequest }
  /** Layers whose exact distances are wanted. */
  | { readonly kind: "complete"; readonly request: CompletionRequest }
  /** A finished analysis whose findings are wanted. */
  | { readonly kind: "findings"; readonly request: FindingsRequest }
  /** A layer whose operator is wanted. */
  | { readonly kind: "operator"; readonly request: OperatorRequest };

/** How fast engines are on this machine: a worker has no storage of its own. */
export interface SpeedsNote {
  readonly speeds: Speeds;
}

/** What a request reports while it runs. */
export type WorkerEvent =
  | AnalysisEvent
  | FindingsEvent
  /** The operator of a layer is under way, 0..1. */
  | { readonly kind: "operator-progress"; readonly share: number }
  | { readonly kind: "operator"; readonly operator: LayerOperator };

/** A file with the folders in which it was dropped or picked: "unet/variables/variables.index". */
export interface PickedFile {
  readonly path: string;
  readonly file: File;
}

/** What a person may open: dropped files, or a file of this site (a sample). */
export type ModelInput =
  | { readonly kind: "files"; readonly files: readonly PickedFile[] }
  | { readonly kind: "url"; readonly url: string; readonly name: string };
