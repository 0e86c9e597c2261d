import { ConvAtlasError } from "../../../core/errors.ts";
import { inSlices } from "../inSlices.ts";
import type { ExportedView } from "./viewFigure.ts";

const NOTHING_COMPARED = "There is no picture yet: choose a second model to compare with first.";

/** Two models side by side. */
export const COMPARE_EXPORT: ExportedView = {
  refusal: ({ compared }) => (compared === null ? NOTHING_COMPARED : null),
  async draw({ compared, choices, theme, width }) {
    if (compared === null) throw new ConvAtlasError("unsupported", NOTHING_COMPARED);
    // Only where it is asked for: neither is part of the first page.
    const [{ openPair }, { comparisonLines, comparisonPictureSteps, comparisonTitle }] =
      await Promise.all([
        import("../../compare/ComparisonResult.tsx"),
        import("../../figures/comparePicture.ts"),
      ]);
    const { comparison } = compared;
    const { colourBy, selection } = choices;
    const open = openPair(comparison, selection.layer);
    const pair = open < 0 ? null : open;
    const steps = comparisonPictureSteps(compared, { width, theme, colourBy, pair });
    return {
      picture: await inSlices(steps),
      what: "compared",
      title: comparisonTitle(comparison),
      lines: comparisonLines(comparison),
      showsShares: true,
    };
  },
};
