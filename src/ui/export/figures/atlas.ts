import { atlasSteps } from "../../figures/atlas.ts";
import { inSlices } from "../inSlices.ts";
import { markSentences } from "./markSentences.ts";
import { type ExportedView, neverRefused } from "./viewFigure.ts";

/** All layers on common axes. */
export const ATLAS_EXPORT: ExportedView = {
  refusal: neverRefused,
  async draw({ analysis, choices, theme, width }) {
    const { colourBy, selection } = choices;
    const group = selection.group === null ? {} : { group: selection.group };
    const picture = await inSlices(atlasSteps(analysis, { width, theme, colourBy, ...group }));
    return {
      picture,
      what: "atlas",
      title: `Kernels of every layer of ${analysis.model.name} on common axes`,
      lines: [
        "Each dot is one kernel; the large marks are the known filters, at the same place in each plot.",
        ...markSentences(analysis, choices),
      ],
      showsShares: colourBy === "label",
    };
  },
};
