import type { Analysis } from "../../core/analysis/analysis.ts";
import { ConvAtlasError } from "../../core/errors.ts";
import type { KernelGroup } from "../../core/selection/kernelGroup.ts";
import type { ColourBy } from "../figures/kernelGrouping.ts";
import { axesLimits, sharedLimits } from "../figures/scoreLimits.ts";
import type { Picture } from "../figures/svg.ts";
import type { FigureTheme } from "../figures/theme.ts";
import type { DrawnKernels } from "../plot/drawnKernels.ts";
import { layerFigure } from "../plot/layerFigure.ts";
import { kernelsBeyond } from "../plot/layerLimits.ts";
import { loadPlotly } from "../plot/loadPlotly.ts";
import { type PlotSize, plotSize, withEqualUnits } from "../plot/plotFrame.ts";
import { PLOTLY_CONFIG } from "../plot/plotlyConfig.ts";
import { axesPlane } from "../plot/scorePlane.ts";
import { spaceFigure, spaceSample } from "../plot/spaceFigure.ts";
import { seenInBall } from "../plot/spaceFrame.ts";
import type { PlotChoice } from "../state/choices.ts";
import { withKeyBelow } from "./layerKey.ts";
import { svgTreeOf } from "./svgTree.ts";

/** Room for the key at the right of the exported plot, px. */
const LEGEND_WIDTH = 260;

/** Narrower pictures have their key below the plot. */
const LEAST_WIDTH_BESIDE = 700;

/** Room for title and caption where the paper's height is given, px. */
const CAPTION_HEIGHT = 250;

/** The key below a plot takes about so much, px. */
const KEY_HEIGHT = 50;

export interface LayerLook {
  /** Of the picture, px. */
  readonly width: number;
  /** Height that picture and caption may take, px; infinite where it is free. */
  readonly height: number;
  readonly theme: FigureTheme;
  readonly colourBy: ColourBy;
  readonly group: KernelGroup | null;
  readonly plot: PlotChoice;
}

export interface LayerPicture {
  readonly picture: Picture;
  /** Kernels outside the frame. */
  readonly beyond: number;
  /** What of those inside is shown. */
  readonly drawn: DrawnKernels;
}

/** The plot of a layer on the model's common axes as a picture, whatever the window shows. */
export function layerPicture(
  analysis: Analysis,
  index: number,
  look: LayerLook,
): Promise<LayerPicture> {
  switch (look.plot.dimensions) {
    case 2:
      return flatPicture(analysis, index, look);
    case 3:
      return Promise.resolve(spacePicture(analysis, index, look));
  }
}

async function flatPicture(
  analysis: Analysis,
  index: number,
  look: LayerLook,
): Promise<LayerPicture> {
  const { width, theme, colourBy, group } = look;
  const [across, up] = look.plot.axes;
  const axes = [across, up] as const;
  const { basis, scores } = analysis.layers[index].values;
  const legend = width < LEAST_WIDTH_BESIDE ? 0 : LEGEND_WIDTH;
  const room = look.height - CAPTION_HEIGHT - (legend === 0 ? KEY_HEIGHT : 0);
  const size = plotSize(width - legend, sharedLimits(analysis).aspect, room);
  const limits = withEqualUnits(axesLimits(analysis, basis, axes), size);
  const options = { colourBy, theme, size, limits, legend, axes, group, canDrag: false };
  const figure = layerFigure(analysis, index, options);
  const plot = await plotlyPicture(figure, { width, height: size.height });
  const { classes } = figure.drawn;
  return {
    picture: legend > 0 ? plot : withKeyBelow(plot, classes, theme),
    beyond: kernelsBeyond(scores, limits, axesPlane(axes)),
    drawn: figure.drawn,
  };
}

async function plotlyPicture(
  { data, layout }: ReturnType<typeof layerFigure>,
  { width, height }: PlotSize,
): Promise<Picture> {
  const plotly = await loadPlotly();
  const url = await plotly.toImage(
    { data, layout: { ...layout, width, height }, config: PLOTLY_CONFIG },
    { format: "svg", width, height },
  );
  const text = decodeURIComponent(url.slice(url.indexOf(",") + 1));
  const parsed = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  if (parsed.tagName !== "svg") {
    throw new ConvAtlasError("internal", "The plot could not be drawn for export.", text);
  }
  return { node: svgTreeOf(parsed), width, height };
}

/** Three components, turned as on the page, in the common ranges of the model. */
function spacePicture(analysis: Analysis, index: number, look: LayerLook): LayerPicture {
  const { width, theme, colourBy, group, plot } = look;
  const room = look.height - CAPTION_HEIGHT - KEY_HEIGHT;
  const size = plotSize(width, sharedLimits(analysis).aspect, room);
  const sample = spaceSample(analysis, index, { colourBy, theme, group });
  const rotation = { turn: plot.turn, tilt: plot.tilt };
  const figure = spaceFigure(analysis, index, sample, { theme, size, axes: plot.axes, rotation });
  const { drawn, frame } = sample;
  const { scores } = analysis.layers[index].values;
  const isSeen = seenInBall(scores, frame);
  let beyond = 0;
  for (const { kernels } of drawn.classes) {
    for (const kernel of kernels) if (!isSeen(kernel)) beyond += 1;
  }
  return { picture: withKeyBelow(figure, drawn.classes, theme), beyond, drawn };
}
