import "./nodeGlobal.ts";
import plotly from "plotly.js/lib/core.js";
import scatter from "plotly.js/src/traces/scatter/index.js";
import { plot, style, styleOnSelect } from "./pointMarks.ts";

Object.assign(scatter, { plot, style, styleOnSelect });

/**
 * Plotly's core, which brings SVG scatter plots: all that the page draws with it. Its WebGL
 * traces would add half a megabyte, and the ready-made bundles generate code with `Function`,
 * which the page's content security policy forbids.
 */
export { plotly };
