import { type SvgNode, shortNumber, svg } from "./svg.ts";
import { type FeatureStyle, type FigureTheme, type MarkShape, outlineColour } from "./theme.ts";

type Point = readonly [x: number, y: number];

/** Corners on a circle, the first one at the top. */
function regular(corners: number, radius: number, inner = radius): readonly Point[] {
  const count = inner === radius ? corners : 2 * corners;
  return Array.from({ length: count }, (_, index) => {
    const angle = (2 * Math.PI * index) / count - Math.PI / 2;
    const reach = index % 2 === 1 && count !== corners ? inner : radius;
    return [reach * Math.cos(angle), reach * Math.sin(angle)];
  });
}

function rotated(points: readonly Point[], angle: number): readonly Point[] {
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  return points.map(([x, y]) => [x * cosine - y * sine, x * sine + y * cosine]);
}

/** Arms of a plus, as thick as a third of its length. */
const PLUS: readonly Point[] = [
  [-0.36, -1.05],
  [0.36, -1.05],
  [0.36, -0.36],
  [1.05, -0.36],
  [1.05, 0.36],
  [0.36, 0.36],
  [0.36, 1.05],
  [-0.36, 1.05],
  [-0.36, 0.36],
  [-1.05, 0.36],
  [-1.05, -0.36],
  [-0.36, -0.36],
];

/** Outlines in units of the radius, scaled so that all marks look equally large. */
const OUTLINES: Readonly<Record<Exclude<MarkShape, "circle" | "dot">, readonly Point[]>> = {
  square: rotated(regular(4, 1.22), Math.PI / 4),
  diamond: regular(4, 1.28),
  triangle: regular(3, 1.3).map(([x, y]) => [x, y + 0.18]),
  "triangle-down": rotated(regular(3, 1.3), Math.PI).map(([x, y]) => [x, y - 0.18]),
  cross: PLUS,
  star: regular(5, 1.36, 0.58),
  hexagon: regular(6, 1.1),
  "diagonal-cross": rotated(PLUS, Math.PI / 4),
  pentagon: regular(5, 1.14),
  hourglass: [
    [-0.95, -1.05],
    [0.95, -1.05],
    [-0.95, 1.05],
    [0.95, 1.05],
  ],
  bowtie: [
    [-1.05, -0.95],
    [-1.05, 0.95],
    [1.05, -0.95],
    [1.05, 0.95],
  ],
};

/** Path of a mark of about `radius` px around (x, y). */
export function markPath(shape: MarkShape, x: number, y: number, radius: number): string {
  if (shape === "circle" || shape === "dot") {
    const reach = shape === "dot" ? radius * 0.55 : radius;
    const [left, across] = [shortNumber(x - reach), shortNumber(2 * reach)];
    const arc = `a${shortNumber(reach)} ${shortNumber(reach)} 0 1`;
    return `M${left} ${shortNumber(y)}${arc} 0 ${across} 0${arc} 0 ${shortNumber(-2 * reach)} 0z`;
  }
  const corners = OUTLINES[shape].map(
    ([dx, dy]) => `${shortNumber(x + dx * radius)} ${shortNumber(y + dy * radius)}`,
  );
  return `M${corners.join("L")}z`;
}

/** Halo around a mark, as a share of its radius. */
const HALO = 0.5;

function haloNode(path: string, radius: number, theme: FigureTheme): SvgNode {
  return svg("path", {
    d: path,
    fill: theme.halo,
    stroke: theme.halo,
    "stroke-width": 2 * HALO * radius + 1,
    "stroke-linejoin": "round",
  });
}

function bodyNode(style: FeatureStyle, path: string, radius: number, theme: FigureTheme): SvgNode {
  return svg("path", {
    "data-feature": style.id,
    d: path,
    fill: style.colour,
    stroke: outlineColour(style.colour, theme, 4.5),
    "stroke-width": Math.max(0.8, radius * 0.16),
    "stroke-linejoin": "round",
  });
}

/** A feature's mark: halo, colour, and an outline that has 3:1 on the paper. */
export function markNode(
  style: FeatureStyle,
  x: number,
  y: number,
  radius: number,
  theme: FigureTheme,
): SvgNode {
  const path = markPath(style.shape, x, y, radius);
  return svg("g", {}, haloNode(path, radius, theme), bodyNode(style, path, radius, theme));
}

export interface PlacedMark {
  readonly style: FeatureStyle;
  readonly x: number;
  readonly y: number;
}

/** Marks that stand close together get smaller, down to this share. */
const CROWDED_SHARE = 0.78;

/** Radius at which neighbouring marks still show beside one another, as far as possible. */
function crowdedRadius(marks: readonly PlacedMark[], radius: number): number {
  const crowded = marks.some(({ x, y }, at) =>
    marks.slice(at + 1).some((other) => Math.hypot(other.x - x, other.y - y) < 1.9 * radius),
  );
  return crowded ? radius * CROWDED_SHARE : radius;
}

/**
 * The marks of one plot. All halos lie below all marks, so that no halo hides a
 * neighbour; where marks coincide the earlier, better known feature is on top.
 */
export function markNodes(
  marks: readonly PlacedMark[],
  radius: number,
  theme: FigureTheme,
): readonly SvgNode[] {
  const size = crowdedRadius(marks, radius);
  const paths = marks.map(({ style, x, y }) => markPath(style.shape, x, y, size));
  return [
    ...paths.map((path) => haloNode(path, size, theme)),
    ...marks.map(({ style }, at) => bodyNode(style, paths[at], size, theme)).reverse(),
  ];
}
