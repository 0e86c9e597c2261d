import drawing from "plotly.js/src/components/drawing/index.js";
import type {
  PlotlyAxes,
  PlotlyDrawn,
  PlotlyLayer,
  PlotlyTrace,
  PlotlyTracePoints,
} from "./plotlyTypes.ts";

/**
 * How the points of a scatter plot are drawn, in the place of Plotly's own way, which serves
 * lines, texts, fills and points that all look different: it styles each point by itself, twice,
 * and takes 40 to 60 microseconds for it, a fifth of a second in a plot of 3,000. The points of
 * our traces look alike: their group has the style, and each of them only its place.
 */

const SVG_NAMESPACE = "http://www.w3.org/2000/svg";

/** A hundredth of a px is not seen, and more digits only make exported files larger. */
const STEPS_PER_PX = 100;

function newElement(name: "g" | "path", className: string): SVGElement {
  const element = document.createElementNS(SVG_NAMESPACE, name);
  // Plotly finds what it moves by these names.
  element.setAttribute("class", className);
  return element;
}

/** Outline of a Plotly symbol around the origin, and whether it is painted as an outline alone. */
function symbolOf({ symbol, size }: PlotlyTrace["marker"]): { path: string; isOpen: boolean } {
  // Plotly numbers its symbols; their open variants begin at 100 (`drawing/index.js`).
  const number = drawing.symbolNumber(symbol);
  return { path: drawing.symbolFuncs[number % 100](size / 2, 0, 0), isOpen: number >= 100 };
}

function setLook(group: Element, { marker }: PlotlyTrace): void {
  const { path, isOpen } = symbolOf(marker);
  const [painted, bare] = isOpen ? ["stroke", "fill"] : ["fill", "stroke"];
  group.setAttribute(painted, marker.color);
  group.setAttribute(`${painted}-opacity`, String(marker.opacity));
  group.setAttribute(bare, "none");
  if (group.firstElementChild?.getAttribute("d") === path) return;
  for (const point of group.children) point.setAttribute("d", path);
}

function placeText(x: number, y: number): string {
  const [across, down] = [x, y].map((px) => Math.round(px * STEPS_PER_PX) / STEPS_PER_PX);
  return `translate(${across},${down})`;
}

function drawnTrace(points: PlotlyTracePoints, { xaxis, yaxis }: PlotlyAxes): SVGElement {
  const { trace } = points[0];
  const group = newElement("g", "points");
  const model = newElement("path", "point");
  for (const point of points) {
    // What Plotly compares with the pointer's distance.
    point.mrc = trace.marker.size / 2;
    const [x, y] = [xaxis.c2p(point.x), yaxis.c2p(point.y)];
    // An empty trace has one point, without a place.
    if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
    const mark = model.cloneNode() as SVGElement;
    mark.setAttribute("transform", placeText(x, y));
    group.append(mark);
  }
  setLook(group, trace);
  const whole = newElement("g", `trace scatter trace${trace.uid}`);
  // Else the corners of open stars reach far out.
  whole.setAttribute("stroke-miterlimit", "2");
  whole.append(group);
  return whole;
}

/** Draws all traces anew. Part of Plotly's contract with a kind of trace, as the others are. */
export function plot(
  _graph: PlotlyDrawn,
  axes: PlotlyAxes,
  traces: readonly PlotlyTracePoints[],
  layer: PlotlyLayer,
): void {
  layer.node().replaceChildren(...traces.map((points) => drawnTrace(points, axes)));
}

/** Follows a change of looks alone, as that of the theme is. */
export function style(graph: PlotlyDrawn): void {
  for (const [{ trace }] of graph.calcdata) {
    const group = graph.querySelector(`.scatterlayer .trace${trace.uid} .points`);
    if (group !== null) setLook(group, trace);
  }
}

/** A lasso changes no look: what is selected is coloured and greyed in every view alike. */
export function styleOnSelect(): void {}
