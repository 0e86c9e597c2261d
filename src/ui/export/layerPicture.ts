import type { Analysis } from "../../core/analysis/analysis.ts";
import { ConvAtlasError } from "../../core/errors.ts";
import type { ColourBy } from "../figures/scatter.ts";
import { sharedLimits } from "../figures/scoreLimits.ts";
import type { Picture } from "../figures/svg.ts";
import type { FigureTheme } from "../figures/theme.ts";
import type { DrawnKernels } from "../plot/drawnKernels.ts";
import { layerFigure } from "../plot/layerFigure.ts";
import { kernelsBeyond } from "../plot/layerLimits.ts";
import { loadPlotly } from "../plot/loadPlotly.ts";
import { plotSize, withEqualUnits } from "../plot/plotFrame.ts";
import { PLOTLY_CONFIG } from "../plot/plotlyConfig.ts";
import { svgTreeOf } from "./svgTree.ts";

/** Room for the key at the right of the exported plot, px. */
const LEGEND_WIDTH = 260;

/**
 * The layer plot on the model's common axes as a picture, whatever the window shows;
 * `beyond`: kernels outside its frame; `drawn`: what of those inside is shown.
 */
export async function layerPicture(
  analysis: Analysis,
  index: number,
  look: { readonly width: number; readonly theme: FigureTheme; readonly colourBy: ColourBy },
): Promise<{ readonly picture: Picture; readonly beyond: number; readonly drawn: DrawnKernels }> {
  const plotly = await loadPlotly();
  const { limits, aspect } = sharedLimits(analysis);
  const size = plotSize(look.width - LEGEND_WIDTH, aspect, Number.POSITIVE_INFINITY);
  const { basis, scores } = analysis.layers[index].values;
  const frame = withEqualUnits(limits[basis], size);
  const figure = layerFigure(analysis, index, {
    colourBy: look.colourBy,
    theme: look.theme,
    size,
    limits: frame,
    legend: LEGEND_WIDTH,
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
  const picture = { node: svgTreeOf(parsed), width, height };
  return { picture, beyond: kernelsBeyond(scores, frame), drawn: figure.drawn };
}
