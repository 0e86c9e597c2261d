/** The parts of Plotly that this page calls; these files of it have no types. */
declare module "plotly.js/lib/core.js" {
  import type { PlotlyModule } from "./plotlyTypes.ts";

  const plotly: PlotlyModule;
  export default plotly;
}

declare module "plotly.js/src/traces/scattergl/strict.js" {
  import type { PlotlyTrace } from "./plotlyTypes.ts";

  const scattergl: PlotlyTrace;
  export default scattergl;
}
