import type { Findings } from "../findings/findings.ts";
import type { ReadStep } from "../formats/format.ts";
import type { Analysis, LayerAction, LayerBaseline, Timings } from "./analysis.ts";

/** What an analysis reports while it runs, in this order. */
export type AnalysisEvent =
  | { readonly kind: "reading"; readonly step: ReadStep }
  /** Method 1 is under way: `done` of `total` layers have values. */
  | { readonly kind: "valuing"; readonly done: number; readonly total: number }
  /** Method 1 is complete: every plot of values can be drawn. */
  | { readonly kind: "values"; readonly analysis: Analysis }
  /** Method 2 is under way: `done` of `total` kernels have their final labels. */
  | { readonly kind: "labelling"; readonly done: number; readonly total: number }
  /** Labels of one layer, first provisional ones; `done` of `total` kernels have final labels. */
  | {
      readonly kind: "labels";
      readonly layer: number;
      readonly action: LayerAction;
      readonly done: number;
      readonly total: number;
    }
  /** Chance baseline of one layer; `done` of `total` layers have one. */
  | {
      readonly kind: "baseline";
      readonly layer: number;
      readonly baseline: LayerBaseline;
      readonly done: number;
      readonly total: number;
    }
  /** Something went another way than was asked for, in a sentence for the person. */
  | { readonly kind: "warning"; readonly warning: string }
  | { readonly kind: "finished"; readonly timings: Timings };

/** What the request for findings of a finished analysis is answered with. */
export interface FindingsEvent {
  readonly kind: "findings";
  readonly findings: Findings;
}

/** The analysis after an event; unchanged by events that carry no result. */
export function applyEvent(
  analysis: Analysis | null,
  event: AnalysisEvent | FindingsEvent,
): Analysis | null {
  if (event.kind === "values") return event.analysis;
  if (analysis === null) return null;
  if (event.kind === "findings") return { ...analysis, findings: event.findings };
  if (event.kind === "reading" || event.kind === "valuing" || event.kind === "labelling") {
    return analysis;
  }
  if (event.kind === "finished") return { ...analysis, timings: event.timings };
  if (event.kind === "warning") {
    return { ...analysis, warnings: [...analysis.warnings, event.warning] };
  }
  const { layer: index } = event;
  const layers = analysis.layers.map((layer, at) => {
    if (at !== index) return layer;
    return event.kind === "labels"
      ? { ...layer, action: event.action }
      : { ...layer, baseline: event.baseline };
  });
  return { ...analysis, layers };
}
