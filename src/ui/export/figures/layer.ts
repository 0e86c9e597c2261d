import { layerSentence } from "../../figures/layerSentence.ts";
import { groupedNumber } from "../../figures/text.ts";
import { sampleText } from "../../plot/drawnKernels.ts";
import { markSentences } from "./markSentences.ts";
import type { ExportedView } from "./viewFigure.ts";

/** The large plot of one layer: the one selected, else the first. */
export const LAYER_EXPORT: ExportedView = {
  refusal: ({ analysis }) =>
    analysis.layers.length > 0 ? null : "This network has no layer that can be drawn.",
  async draw({ analysis, choices, theme, width, height }) {
    // Plotly comes along.
    const { layerPicture } = await import("../layerPicture.ts");
    const { selection, colourBy, plot } = choices;
    const found = analysis.layers.findIndex((one) => one.description.name === selection.layer);
    const layer = Math.max(0, found);
    const layerName = analysis.layers[layer].description.name;
    const look = { width, height, theme, colourBy, plot, group: selection.group };
    const { picture, beyond, drawn } = await layerPicture(analysis, layer, look);
    const sample = sampleText(drawn);
    const hidden =
      beyond === 0 ? "" : `, ${groupedNumber(beyond)} of them beyond the frame and not shown`;
    return {
      picture,
      what: `layer-${layerName}`,
      title: `Kernels of layer ${layerName} of ${analysis.model.name}`,
      lines: [
        layerSentence(analysis, layer),
        ...(sample === null ? [] : [`${sample}.`]),
        `Each small mark is one kernel${hidden}; the large named marks are the known filters.`,
        ...markSentences(analysis, choices),
      ],
      layer,
      showsShares: true,
    };
  },
};
