import type * as Ort from "onnxruntime-web/wasm";
import type { LabProvider } from "./protocol.ts";

/** ONNX Runtime, loaded; see the files of `providers` for how a page's worker loads it. */
export interface Runtime {
  readonly provider: LabProvider;
  readonly ort: Pick<typeof Ort, "InferenceSession" | "Tensor">;
  readonly threads: number;
  /** What computes where the processor does not: ONNX Runtime has it after its first session. */
  readonly device?: () => Promise<GPUDevice>;
}

export type RuntimeLoader = () => Promise<Runtime>;

/** Null on a machine without a graphics processor that is worth its name. */
export type GraphicsLoader = () => Promise<Runtime | null>;

/** Where all compute, drawing the page waits. */
const CORES_FOR_THE_PAGE = 1;

/** More threads than this do not make a network of this size faster, and take cores from the page. */
const THREADS_AT_MOST = 4;

/**
 * @param isIsolated whether the page may share memory between workers; without that there
 * are no threads.
 */
export function runtimeThreads(isIsolated: boolean, cores: number): number {
  return isIsolated ? Math.max(1, Math.min(THREADS_AT_MOST, cores - CORES_FOR_THE_PAGE)) : 1;
}

/** What every loader sets before the first session. */
export function configureRuntime(env: typeof Ort.env, threads: number): void {
  env.logLevel = "error";
  env.wasm.numThreads = threads;
  // We are in a worker already.
  env.wasm.proxy = false;
}
