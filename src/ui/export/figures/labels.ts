import { assignmentFigure } from "../../figures/assignment.ts";
import { groupSentences } from "./markSentences.ts";
import { type ExportedView, neverRefused } from "./viewFigure.ts";

/** One bar of labels per layer, beside what chance gives. */
export const LABELS_EXPORT: ExportedView = {
  refusal: neverRefused,
  async draw({ analysis, choices, theme, width }) {
    const { group } = choices.selection;
    return {
      picture: assignmentFigure(analysis, { width, theme, ...(group === null ? {} : { group }) }),
      what: "filters-per-layer",
      title: `Filters that the kernels of ${analysis.model.name} act like, layer by layer`,
      lines: [
        "A kernel gets the name of the filter whose effect on an image is nearest.",
        ...groupSentences(analysis, group),
      ],
      showsShares: true,
    };
  },
};
