import type { Feature } from "../../core/features/clinicalKernels.ts";
import { contrast, mixedColour } from "./colour.ts";

export type ThemeName = "light" | "dark";

/** Colours of chrome and paper. Text has 4.5:1, marks and lines that matter 3:1. */
export interface FigureTheme {
  readonly name: ThemeName;
  readonly paper: string;
  /** Inside of a plot. */
  readonly plot: string;
  readonly ink: string;
  /** Second text colour; still 4.5:1. */
  readonly muted: string;
  /** Connector lines and axes; 3:1. */
  readonly line: string;
  /** Grid lines and empty tracks: seen, never needed. */
  readonly faint: string;
  /** Ring around marks that keeps them apart from the dots below. */
  readonly halo: string;
  readonly accent: string;
  readonly clusters: readonly ClusterStyle[];
}

/** Shapes that stay apart in black and white. */
export type MarkShape =
  | "square"
  | "circle"
  | "diamond"
  | "triangle"
  | "cross"
  | "star"
  | "hexagon"
  | "diagonal-cross"
  | "pentagon"
  | "hourglass"
  | "bowtie"
  | "triangle-down"
  | "dot";

/** How a feature looks, on the page, in Plotly and in pictures. */
export interface FeatureStyle {
  readonly id: string;
  readonly label: string;
  /** Fill; the same on both papers. */
  readonly colour: string;
  readonly shape: MarkShape;
  /** Text on the fill; 4.5:1. */
  readonly inkOnColour: string;
}

/** How a k-means cluster looks: neutral, apart by tone and by shape. */
export interface ClusterStyle {
  readonly colour: string;
  readonly shape: "circle" | "square";
  /** True: only the outline is drawn. */
  readonly open: boolean;
  readonly plotlySymbol: string;
}

/** Kernels lie thickly, so dots let those below shine through. */
export const DOT_OPACITY = 0.75;

const LIGHT_INK = "#FFFFFF";
const DARK_INK = "#111417";

function clusterStyles(tones: readonly string[]): readonly ClusterStyle[] {
  const shapes = [
    { shape: "circle", open: false, plotlySymbol: "circle" },
    { shape: "circle", open: true, plotlySymbol: "circle-open" },
    { shape: "square", open: false, plotlySymbol: "square" },
    { shape: "square", open: true, plotlySymbol: "square-open" },
  ] as const;
  const order = [0, 2, 1, 3];
  return tones.map((colour, index) => ({ ...shapes[order[index % order.length]], colour }));
}

export const LIGHT_THEME: FigureTheme = {
  name: "light",
  paper: "#FFFFFF",
  plot: "#FFFFFF",
  ink: "#16191D",
  muted: "#565E68",
  line: "#7C8590",
  faint: "#E3E6EA",
  halo: "#FFFFFF",
  accent: "#1F5FBF",
  clusters: clusterStyles([
    "#16304F",
    "#5E7186",
    "#3B5C86",
    "#49545F",
    "#2D3640",
    "#5A6B84",
    "#24476F",
    "#606A75",
  ]),
};

export const DARK_THEME: FigureTheme = {
  name: "dark",
  paper: "#14181D",
  plot: "#191E24",
  ink: "#F0F2F5",
  muted: "#A9B2BD",
  line: "#77828F",
  faint: "#2C333B",
  halo: "#14181D",
  accent: "#7FB0FF",
  clusters: clusterStyles([
    "#D9E5F5",
    "#8296AD",
    "#A3C0E6",
    "#A8B3BF",
    "#E8EBEF",
    "#8FA3C0",
    "#C0D4EE",
    "#98A2AD",
  ]),
};

export function figureTheme(name: ThemeName): FigureTheme {
  return name === "dark" ? DARK_THEME : LIGHT_THEME;
}

/** Style of a cluster of any number; -1 (none) looks like the last. */
export function clusterStyle(theme: FigureTheme, cluster: number): ClusterStyle {
  const styles = theme.clusters;
  return styles[((cluster % styles.length) + styles.length) % styles.length];
}

type Look = Pick<FeatureStyle, "colour" | "shape">;

/** Okabe-Ito colours (Okabe and Ito 2008), safe for the common colour deficiencies. */
const KNOWN_LOOKS: Readonly<Record<string, Look>> = {
  mean: { colour: "#0072B2", shape: "square" },
  gaussian: { colour: "#56B4E9", shape: "circle" },
  laplacian: { colour: "#D55E00", shape: "diamond" },
  edge: { colour: "#009E73", shape: "triangle" },
  identity: { colour: "#CC79A7", shape: "cross" },
  sharpen: { colour: "#E69F00", shape: "star" },
  laplacian8: { colour: "#882255", shape: "hexagon" },
  "laplacian-diagonal": { colour: "#F0E442", shape: "diagonal-cross" },
  "edge-up": { colour: "#44AA99", shape: "pentagon" },
  "edge-left": { colour: "#6E6A14", shape: "hourglass" },
  "edge-down": { colour: "#6A51A3", shape: "bowtie" },
};

/** For features that people make themselves, in the order they come. */
const SPARE_LOOKS: readonly Look[] = [
  { colour: "#6A51A3", shape: "hexagon" },
  { colour: "#F0E442", shape: "pentagon" },
  { colour: "#882255", shape: "triangle-down" },
  { colour: "#44AA99", shape: "hourglass" },
  { colour: "#6E6A14", shape: "bowtie" },
  { colour: "#B2182B", shape: "diagonal-cross" },
  { colour: "#6A51A3", shape: "diamond" },
  { colour: "#F0E442", shape: "square" },
  { colour: "#882255", shape: "star" },
  { colour: "#44AA99", shape: "triangle" },
];

function inkOn(colour: string): string {
  return contrast(colour, LIGHT_INK) >= 4.5 ? LIGHT_INK : DARK_INK;
}

/** One style per feature, in their order; no two alike for up to 16 features. */
export function featureStyles(features: readonly Feature[]): readonly FeatureStyle[] {
  let spare = 0;
  return features.map(({ id, label }) => {
    const look = KNOWN_LOOKS[id] ?? SPARE_LOOKS[spare++ % SPARE_LOOKS.length];
    return { id, label, ...look, inkOnColour: inkOn(look.colour) };
  });
}

/** Kernels that are like none of the features. */
export const INDETERMINATE_STYLE: FeatureStyle = {
  id: "indeterminate",
  label: "Indeterminate",
  colour: "#8A8A8A",
  shape: "dot",
  inkOnColour: DARK_INK,
};

/** One style per feature, then indeterminate: the order of `LayerAction.counts`. */
export function labelStyles(features: readonly Feature[]): readonly FeatureStyle[] {
  return [...featureStyles(features), INDETERMINATE_STYLE];
}

/**
 * Line around a mark, bar or curve in a feature's colour: the colour itself where
 * it has `ratio` against the paper, else moved towards the ink until it has.
 */
export function outlineColour(colour: string, theme: FigureTheme, ratio = 3): string {
  for (let share = 0; share < 1; share += 0.05) {
    const mixed = mixedColour(colour, theme.ink, share);
    if (contrast(mixed, theme.paper) >= ratio && contrast(mixed, theme.plot) >= ratio) return mixed;
  }
  return theme.ink;
}

const PLOTLY_SYMBOLS: Readonly<Record<MarkShape, string>> = {
  square: "square",
  circle: "circle",
  diamond: "diamond",
  triangle: "triangle-up",
  cross: "cross",
  star: "star",
  hexagon: "hexagon",
  "diagonal-cross": "x",
  pentagon: "pentagon",
  hourglass: "hourglass",
  bowtie: "bowtie",
  "triangle-down": "triangle-down",
  dot: "circle",
};

/** The name Plotly has for a mark. */
export function plotlySymbol(shape: MarkShape): string {
  return PLOTLY_SYMBOLS[shape];
}
