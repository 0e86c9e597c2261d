/** The parts of Plotly that this page calls; this file of it has no types. */
declare module "plotly.js/lib/core.js" {
  import type { PlotlyModule } from "./plotlyTypes.ts";

  const plotly: PlotlyModule;
  export default plotly;
}
