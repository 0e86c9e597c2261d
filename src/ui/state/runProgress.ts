import type { AnalysisEvent } from "../../core/analysis/progress.ts";
import type { Progress } from "./pageState.ts";

/** How far a run is after an event; null where the event does not tell. */
export function progressOf(event: AnalysisEvent): Progress | null {
  switch (event.kind) {
    case "reading":
      return { kind: "reading", step: event.step };
    case "valuing":
      return { kind: "values", done: event.done, total: event.total };
    case "labelling":
    case "labels":
      return { kind: "labels", done: event.done, total: event.total };
    case "baseline":
      return { kind: "baseline", done: event.done, total: event.total };
    case "values":
      return {
        kind: "labels",
        done: 0,
        total: event.analysis.layers.reduce((sum, layer) => sum + layer.kernelCount, 0),
      };
    case "warning":
    case "finished":
      return null;
  }
}
