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

/** Longest wait for an idle moment, in milliseconds. */
const IDLE_TIMEOUT_MS = 4000;

/** Loads Plotly when nothing else is to be done, so that the first layer opens sooner. */
export function preloadPlotly(): void {
  // A failure is reported where the plot is wanted, after another try.
  const load = () => void loadPlotly().catch(() => {});
  // Safari has no idle callbacks.
  if ("requestIdleCallback" in window) requestIdleCallback(load, { timeout: IDLE_TIMEOUT_MS });
  else setTimeout(load, IDLE_TIMEOUT_MS);
}
