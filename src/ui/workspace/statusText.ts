import {
  type AnalysedLayer,
  type Analysis,
  KERNEL_DEAD,
  KERNEL_NOT_FINITE,
  type LayerValues,
} from "../../core/analysis/analysis.ts";
import type { ReadStep } from "../../core/formats/format.ts";
import { countText, groupedNumber } from "../figures/text.ts";
import type { PageState, PendingRun, Progress } from "../state/pageState.ts";
import { bytesText } from "./bytesText.ts";

export interface KernelCounts {
  readonly kernels: number;
  readonly dead: number;
  readonly notFinite: number;
}

/** By the layers' states: the status line is drawn many times while these stay. */
const known = new WeakMap<LayerValues["states"], KernelCounts>();

function countsOf({ values, kernelCount }: AnalysedLayer): KernelCounts {
  const before = known.get(values.states);
  if (before !== undefined) return before;
  let [dead, notFinite] = [0, 0];
  for (const state of values.states) {
    if (state === KERNEL_DEAD) dead += 1;
    else if (state === KERNEL_NOT_FINITE) notFinite += 1;
  }
  const counts = { kernels: kernelCount, dead, notFinite };
  known.set(values.states, counts);
  return counts;
}

export function kernelCounts(analysis: Analysis): KernelCounts {
  let [kernels, dead, notFinite] = [0, 0, 0];
  for (const layer of analysis.layers) {
    const counts = countsOf(layer);
    kernels += counts.kernels;
    dead += counts.dead;
    notFinite += counts.notFinite;
  }
  return { kernels, dead, notFinite };
}

/** "1,040 kernels in 18 layers, 3 all zero, 0 not finite". */
export function countsText(analysis: Analysis): string {
  const { kernels, dead, notFinite } = kernelCounts(analysis);
  const shown = `${countText(kernels, "kernel")} in ${countText(analysis.layers.length, "layer")}`;
  return `${shown}, ${groupedNumber(dead)} all zero, ${groupedNumber(notFinite)} not finite`;
}

function durationText(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.max(1, Math.round(milliseconds))} ms`;
  return `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 1 : 0)} s`;
}

/** The step a run is at, and how far it is in the unit of that step. */
export function progressText(progress: Progress): string {
  switch (progress.kind) {
    case "opening":
      return "starting";
    case "reading":
      return readingText(progress.step);
    case "values":
      return `${progress.done} of ${countText(progress.total, "layer")} grouped by likeness`;
    case "labels":
      return `${groupedNumber(progress.done)} of ${countText(progress.total, "kernel")} labelled`;
    case "baseline":
      return `chance baseline of ${progress.done} of ${countText(progress.total, "layer")}`;
  }
}

function readingText(step: ReadStep): string {
  const { doneBytes, totalBytes, doneLayers, totalLayers, isChecksum } = step;
  const bytes = `${bytesText(doneBytes)} of ${bytesText(totalBytes)}`;
  if (isChecksum) return `fingerprint of the file: ${bytes}`;
  return totalLayers === 0 ? bytes : `${bytes}, ${doneLayers} of ${totalLayers} layers`;
}

/** 0..1, or null while no total is known. */
export function progressShare(progress: Progress): number | null {
  if (progress.kind === "opening") return null;
  if (progress.kind === "reading") {
    const { doneBytes, totalBytes } = progress.step;
    return totalBytes === 0 ? null : Math.min(1, doneBytes / totalBytes);
  }
  if (progress.total === 0) return null;
  return Math.min(1, progress.done / progress.total);
}

function runText(pending: PendingRun): string {
  if (pending.reason === "settings") {
    return "Working under the new settings; what is shown is from before";
  }
  switch (pending.progress.kind) {
    case "opening":
    case "reading":
      return `Reading ${pending.modelName}`;
    case "values":
      return `Comparing the kernels of ${pending.modelName} with one another`;
    case "labels":
      return `Comparing the kernels of ${pending.modelName} with the filters`;
    case "baseline":
      return "Measuring what chance alone would give";
  }
}

/** One sentence for the state of the page; it changes once per step, not per byte. */
export function statusSentence(
  { phase, pending, current }: Pick<PageState, "phase" | "pending" | "current">,
  analysis: Analysis | null,
): string {
  switch (phase) {
    case "idle":
      return "No model is open.";
    case "reading":
    case "analyzing":
      return pending === null ? "Working." : `${runText(pending)}.`;
    case "done":
      return analysis?.timings ? `Done in ${durationText(analysis.timings.totalMs)}.` : "Done.";
    case "error":
      return current === null
        ? "The last file could not be used."
        : "The last request failed; the analysis shown is unchanged.";
    case "cancelled":
      return current === null
        ? "Cancelled. No model is open."
        : "Cancelled; the analysis shown is unchanged.";
  }
}
