import "./nodeGlobal.ts";
import plotly from "plotly.js/lib/core.js";
import scattergl from "plotly.js/src/traces/scattergl/strict.js";

/**
 * Plotly with SVG and WebGL scatter plots, from its modules. Its ready-made gl2d bundle
 * generates WebGL code with `Function`, which the page's content security policy forbids:
 * WebGL plots then stay empty. The "strict" trace brings that code with it.
 */
plotly.register([scattergl]);

export { plotly };
