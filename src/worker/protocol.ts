import type { Speeds } from "../core/action/calibration.ts";
import type { AnalysisRequest } from "../core/analysis/analyse.ts";
import type { CompletionRequest } from "../core/analysis/completeLayers.ts";
import type { OperatorRequest } from "../core/analysis/operatorOfLayer.ts";
import type { AnalysisEvent, FindingsEvent } from "../core/analysis/progress.ts";
import type { ErrorCode } from "../core/errors.ts";
import type { FindingsRequest } from "../core/findings/request.ts";
import type { LayerOperator } from "../core/operator/layerOperator.ts";

/**
 * Messages between the page and one analysis worker. A worker holds one model.
 *
 *   page   -> worker   open      which model, and how fast engines were before; once, first
 *   page   -> worker   analyse   settings and features; answered by events, then done or failed
 *   page   -> worker   complete  layers whose exact distances are wanted; answered alike
 *   page   -> worker   findings  a finished analysis whose findings are wanted; answered alike
 *   page   -> worker   operator  a layer whose operator is wanted; answered alike
 *   page   -> worker   cancel    the running request answers failed (`cancelled`)
 *   worker -> page     event     progress and results of request `id`
 *   worker -> page     done      request `id` is complete
 *   worker -> page     failed    request `id` ended with an error
 *   worker -> page     speeds    how fast engines are on this machine, to be kept
 */
export type ToWorker =
  | { readonly kind: "open"; readonly input: ModelInput; readonly speeds: Speeds | null }
  | { readonly kind: "analyse"; readonly id: number; readonly request: AnalysisRequest }
  | { readonly kind: "complete"; readonly id: number; readonly request: CompletionRequest }
  | { readonly kind: "findings"; readonly id: number; readonly request: FindingsRequest }
  | { readonly kind: "operator"; readonly id: number; readonly request: OperatorRequest }
  | { readonly kind: "cancel"; readonly id: number };

/** What a request reports while it runs. */
export type WorkerEvent =
  | AnalysisEvent
  | FindingsEvent
  /** The operator of a layer is under way, 0..1. */
  | { readonly kind: "operator-progress"; readonly share: number }
  | { readonly kind: "operator"; readonly operator: LayerOperator };

export type FromWorker =
  | { readonly kind: "event"; readonly id: number; readonly event: WorkerEvent }
  | { readonly kind: "done"; readonly id: number }
  | { readonly kind: "failed"; readonly id: number; readonly error: ErrorMessage }
  | { readonly kind: "speeds"; readonly speeds: Speeds };

/** An error as plain data: classes do not survive the way out of a worker. */
export interface ErrorMessage {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: string;
  readonly missingFiles: readonly string[];
}

/** A file with the folders in which it was dropped or picked: "unet/variables/variables.index". */
export interface PickedFile {
  readonly path: string;
  readonly file: File;
}

/** What a person may open: dropped files, or a file of this site (a sample). */
export type ModelInput =
  | { readonly kind: "files"; readonly files: readonly PickedFile[] }
  | { readonly kind: "url"; readonly url: string; readonly name: string };
