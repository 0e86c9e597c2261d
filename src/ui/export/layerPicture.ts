import type { Analysis } from "../../core/analysis/analysis.ts";
import { ConvAtlasError } from "../../core/errors.ts";
import type { ColourBy } from "../figures/kernelGrouping.ts";
import { sharedLimits } from "../figures/scoreLimits.ts";
import type { Picture } from "../figures/svg.ts";
import type { FigureTheme } from "../figures/theme.ts";
import type { DrawnKernels } from "../plot/drawnKernels.ts";
import { layerFigure } from "../plot/layerFigure.ts";
import { kernelsBeyond } from "../plot/layerLimits.ts";
import { loadPlotly } from "../plot/loadPlotly.ts";
import { plotSize, withEqualUnits } from "../plot/plotFrame.ts";
import { PLOTLY_CONFIG } from "../plot/plotlyConfig.ts";
import { withKeyBelow } from "./layerKey.ts";
import { svgTreeOf } from "./svgTree.ts";

/** Room for the key at the right of the exported plot, px. */
const LEGEND_WIDTH = 260;

/** Narrower pictures have their key below the plot. */
const LEAST_WIDTH_BESIDE = 700;

/** Room for title and caption where the paper's height is given, px. */
const CAPTION_HEIGHT = 250;

export interface LayerLook {
  /** Of the picture, px. */
  readonly width: number;
  /** Height that picture and caption may take, px; infinite where it is free. */
  readonly height: number;
  readonly theme: FigureTheme;
  readonly colourBy: ColourBy;
}

/**
 * The layer plot on the model's common axes as a picture, whatever the window shows;
 * `beyond`: kernels outside its frame; `drawn`: what of those inside is shown.
 */
export async function layerPicture(
  analysis: Analysis,
  index: number,
  look: LayerLook,
): Promise<{ readonly picture: Picture; readonly beyond: number; readonly drawn: DrawnKernels }> {
  const plotly = await loadPlotly();
  const { limits, aspect } = sharedLimits(analysis);
  const legend = look.width < LEAST_WIDTH_BESIDE ? 0 : LEGEND_WIDTH;
  const size = plotSize(look.width - legend, aspect, look.height - CAPTION_HEIGHT);
  const { basis, scores } = analysis.layers[index].values;
  const frame = withEqualUnits(limits[basis], size);
  const figure = layerFigure(analysis, index, {
    colourBy: look.colourBy,
    theme: look.theme,
    size,
    limits: frame,
    legend,
    canDrag: false,
  });
  const { width } = look;
  const { height } = size;
  const url = await plotly.toImage(
    { data: figure.data, layout: { ...figure.layout, width, height }, config: PLOTLY_CONFIG },
    { format: "svg", width, height },
  );
  const text = decodeURIComponent(url.slice(url.indexOf(",") + 1));
  const parsed = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  if (parsed.tagName !== "svg") {
    throw new ConvAtlasError("internal", "The plot could not be drawn for export.", text);
  }
  const plot = { node: svgTreeOf(parsed), width, height };
  const picture = legend > 0 ? plot : withKeyBelow(plot, figure.drawn.classes, look.theme);
  return { picture, beyond: kernelsBeyond(scores, frame), drawn: figure.drawn };
}
