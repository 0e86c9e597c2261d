import type { PlotlyModule } from "./plotlyTypes.ts";

let loading: Promise<PlotlyModule> | null = null;

/**
 * Plotly's 1.5 MB, on first use only: the main thread stays free while a model is
 * analysed. A load that failed is tried again at the next call.
 */
export function loadPlotly(): Promise<PlotlyModule> {
  loading ??= import("plotly.js/dist/plotly-gl2d.min.js").then(
    (module) => module.default,
    (reason: unknown) => {
      loading = null;
      throw reason;
    },
  );
  return loading;
}
