import type { PlotlyModule } from "./plotlyTypes.ts";

let loading: Promise<PlotlyModule> | null = null;

/**
 * Plotly's 2 MB, on first use only: the main thread stays free while a model is
 * analysed. A load that failed is tried again at the next call.
 */
export function loadPlotly(): Promise<PlotlyModule> {
  loading ??= import("./plotlyBundle.ts").then(
    (module) => module.plotly,
    (reason: unknown) => {
      loading = null;
      throw reason;
    },
  );
  return loading;
}
