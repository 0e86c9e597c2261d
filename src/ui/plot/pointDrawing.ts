/** Up to here points are SVG (sharp in every export); above, WebGL keeps the page quick. */
export const MOST_SVG_POINTS = 4000;

/** Without WebGL more SVG points than these make every zoom a wait of seconds. */
export const MOST_POINTS_WITHOUT_WEBGL = 20_000;

export interface PointDrawing {
  /** Plotly's name of the trace. */
  readonly type: "scatter" | "scattergl";
  /** Most points that are drawn; of more, a seeded sample. */
  readonly limit: number;
}

let supportsWebGl: boolean | null = null;

/** True if this browser, on this machine, draws WebGL at all; asked once. */
export function hasWebGl(): boolean {
  supportsWebGl ??= document.createElement("canvas").getContext("webgl") !== null;
  return supportsWebGl;
}

/** How a number of points is drawn. */
export function pointDrawing(points: number, webGl: boolean): PointDrawing {
  if (points <= MOST_SVG_POINTS) return { type: "scatter", limit: points };
  return webGl
    ? { type: "scattergl", limit: points }
    : { type: "scatter", limit: MOST_POINTS_WITHOUT_WEBGL };
}
