import type { Analysis } from "../../core/analysis/analysis.ts";
import { assignmentFigure } from "../figures/assignment.ts";
import { atlasFigure } from "../figures/atlas.ts";
import { withCaption } from "../figures/caption.ts";
import { layerSentence } from "../figures/layerSentence.ts";
import { type Picture, toSvgText } from "../figures/svg.ts";
import { groupedNumber } from "../figures/text.ts";
import { LIGHT_THEME } from "../figures/theme.ts";
import { sampleText } from "../plot/drawnKernels.ts";
import { pageStore } from "../state/pageStore.ts";
import { download, exportName } from "./download.ts";
import { reportExportError } from "./exportResults.ts";
import { pngOfSvg } from "./rasterise.ts";

/** Width of every exported figure, px, so that it does not depend on the window. */
const EXPORT_WIDTH = 1200;

interface NamedPicture {
  readonly picture: Picture;
  /** For the file's name. */
  readonly what: string;
}

const COLOUR_WORDS = {
  cluster: "Marks of the kernels show k-means clusters of each layer.",
  label: "Marks of the kernels show the filter they act like.",
  nearest: "Marks of the kernels show the filter whose numbers are nearest.",
} as const;

/** The figure of the current view, in the light theme, with all that explains it. */
async function currentFigure(analysis: Analysis): Promise<NamedPicture> {
  const { view, selection, colourBy } = pageStore.getState();
  const theme = LIGHT_THEME;
  const caption = { analysis, version: __CONVATLAS_VERSION__, theme };
  const look = { width: EXPORT_WIDTH, theme, colourBy };
  const { name } = analysis.model;
  switch (view) {
    case "atlas": {
      const title = `Kernels of every layer of ${name} on common axes`;
      const lines = [
        "Each dot is one kernel; the large marks are the known filters, at the same place in each plot.",
        COLOUR_WORDS[colourBy],
      ];
      const picture = atlasFigure(analysis, look);
      const options = { ...caption, title, lines, showsShares: colourBy === "label" };
      return { picture: withCaption(picture, options), what: "atlas" };
    }
    case "labels": {
      const title = `Filters that the kernels of ${name} act like, layer by layer`;
      const picture = assignmentFigure(analysis, look);
      const lines = ["A kernel gets the name of the filter whose effect on an image is nearest."];
      const options = { ...caption, title, lines, showsShares: true };
      return { picture: withCaption(picture, options), what: "filters-per-layer" };
    }
    case "layer": {
      const { layerPicture } = await import("./layerPicture.ts");
      const found = analysis.layers.findIndex((one) => one.description.name === selection.layer);
      const layer = Math.max(0, found);
      const layerName = analysis.layers[layer].description.name;
      const title = `Kernels of layer ${layerName} of ${name}`;
      const { picture, beyond, drawn } = await layerPicture(analysis, layer, look);
      const sample = sampleText(drawn);
      const lines = [
        layerSentence(analysis, layer),
        ...(sample === null ? [] : [`${sample}.`]),
        `Each small mark is one kernel${beyond === 0 ? "" : `, ${groupedNumber(beyond)} of them beyond the frame and not shown`}; the large named marks are the known filters.`,
        COLOUR_WORDS[colourBy],
      ];
      const options = { ...caption, title, lines, layer, showsShares: true };
      return { picture: withCaption(picture, options), what: `layer-${layerName}` };
    }
  }
}

/** Saves the figure of the current view. */
export async function exportFigure(analysis: Analysis, format: "png" | "svg"): Promise<void> {
  const { name } = analysis.model;
  try {
    const { picture, what } = await currentFigure(analysis);
    const text = toSvgText(picture.node);
    const blob =
      format === "svg"
        ? new Blob([text], { type: "image/svg+xml" })
        : await pngOfSvg(text, picture.width, picture.height);
    download(blob, exportName(name, what, format));
  } catch (thrown) {
    reportExportError(thrown, name);
  }
}
