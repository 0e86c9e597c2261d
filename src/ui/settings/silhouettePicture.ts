import type { ClusterNumbers } from "../../core/values/clusterNumbers.ts";
import { type Picture, type SvgNode, shortNumber, svg, svgRoot } from "../figures/svg.ts";
import { FONT_FAMILY, textNode } from "../figures/text.ts";
import type { FigureTheme } from "../figures/theme.ts";
import { roundTicks, tickText } from "../figures/ticks.ts";

const LEFT = 36;
const RIGHT = 12;
const TOP = 8;
const BOTTOM = 36;
const HEIGHT = 168;
const DOT_RADIUS = 4;

/** Room beyond the outermost values, as a share of their range. */
const MARGIN = 0.12;

/**
 * Mean silhouette by number of clusters: the layer as a line with dots, noise of the same spread
 * as a hatched band from its lowest to its highest.
 *
 * @param width CSS pixels.
 * @param chosen the k in force, whose dot is ringed.
 */
export function silhouettePicture(
  { numbers, surrogates }: ClusterNumbers,
  chosen: number,
  width: number,
  theme: FigureTheme,
): Picture {
  const values = numbers.flatMap(({ silhouette, surrogateLowest, surrogateHighest }) => [
    surrogateLowest,
    surrogateHighest,
    ...(silhouette === null ? [] : [silhouette]),
  ]);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = (high - low) * MARGIN || 0.05;
  const [bottom, top] = [low - room, high + room];
  const [first, last] = [numbers[0].clusters, numbers[numbers.length - 1].clusters];
  const x = (clusters: number) => LEFT + 12 + ((clusters - first) / (last - first)) * across;
  const across = width - LEFT - RIGHT - 24;
  const floor = HEIGHT - BOTTOM;
  const y = (value: number) => TOP + ((top - value) / (top - bottom)) * (floor - TOP);
  const point = (clusters: number, value: number) =>
    `${shortNumber(x(clusters), 1)} ${shortNumber(y(value), 1)}`;
  const upper = numbers.map((one) => point(one.clusters, one.surrogateHighest));
  const lower = numbers.map((one) => point(one.clusters, one.surrogateLowest)).reverse();
  const own = numbers.flatMap(({ clusters, silhouette }) =>
    silhouette === null ? [] : [{ clusters, silhouette }],
  );
  const ticks: SvgNode[] = roundTicks(bottom, top, 3).flatMap((tick) => [
    svg("path", { d: `M${LEFT} ${shortNumber(y(tick))}H${width - RIGHT}`, stroke: theme.faint }),
    textNode(tickText(tick), LEFT - 6, y(tick) + 4, 11, theme.muted, {
      "text-anchor": "end",
      "data-scale": "",
    }),
  ]);
  const names = numbers.map(({ clusters }) =>
    textNode(String(clusters), x(clusters), floor + 15, 11, theme.muted, {
      "text-anchor": "middle",
    }),
  );
  const line = own.map(({ clusters, silhouette }) => point(clusters, silhouette)).join("L");
  const dots = own.map(({ clusters, silhouette }) =>
    svg("circle", {
      cx: x(clusters),
      cy: y(silhouette),
      r: clusters === chosen ? DOT_RADIUS + 2 : DOT_RADIUS,
      fill: clusters === chosen ? theme.paper : theme.ink,
      stroke: theme.ink,
      "stroke-width": 2,
    }),
  );
  const said = `Mean silhouette for 2 to 8 clusters, beside ${surrogates} layers of noise of the same spread`;
  const attributes = { role: "img", "aria-label": said, "font-family": FONT_FAMILY };
  const node = svgRoot(
    width,
    HEIGHT,
    attributes,
    ...ticks,
    svg("path", {
      d: `M${upper.join("L")}L${lower.join("L")}z`,
      fill: theme.line,
      "fill-opacity": 0.35,
      stroke: theme.line,
      "stroke-dasharray": "3 2",
    }),
    line === ""
      ? null
      : svg("path", { d: `M${line}`, fill: "none", stroke: theme.ink, "stroke-width": 2 }),
    ...dots,
    svg("path", {
      d: `M${LEFT} ${TOP}V${floor}H${width - RIGHT}`,
      fill: "none",
      stroke: theme.line,
    }),
    ...names,
    textNode("number of clusters", LEFT + across / 2 + 12, HEIGHT - 5, 11, theme.muted, {
      "text-anchor": "middle",
    }),
  );
  return { node, width, height: HEIGHT };
}
