/** The parts of Plotly that this page calls; this file of it has no types. */
declare module "plotly.js/lib/core.js" {
  import type { PlotlyModule } from "./plotlyTypes.ts";

  const plotly: PlotlyModule;
  export default plotly;
}

/** How Plotly draws scatter traces: what is put in here is what it calls. */
declare module "plotly.js/src/traces/scatter/index.js" {
  const scatter: object;
  export default scatter;
}

declare module "plotly.js/src/components/drawing/index.js" {
  const drawing: {
    /** The number of a symbol: that of its shape below 100, 100 more if it is open. */
    symbolNumber(name: string): number;
    /** By number of the shape: its path for a radius in px, an angle and a distance from the place. */
    readonly symbolFuncs: readonly ((radius: number, angle: number, standoff: number) => string)[];
  };
  export default drawing;
}
