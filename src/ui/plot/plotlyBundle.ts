import "./nodeGlobal.ts";
import plotly from "plotly.js/lib/core.js";

/**
 * Plotly's core, which brings SVG scatter plots: all that the page draws with it. Its WebGL
 * traces would add half a megabyte, and the ready-made bundles generate code with `Function`,
 * which the page's content security policy forbids.
 */
export { plotly };
