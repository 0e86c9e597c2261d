/** The few parts of Plotly's 2-D bundle that this page calls; the bundle has no types. */
declare module "plotly.js/dist/plotly-gl2d.min.js" {
  import type { PlotlyModule } from "./plotlyTypes.ts";

  const plotly: PlotlyModule;
  export default plotly;
}
