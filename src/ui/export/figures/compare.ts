import { ConvAtlasError } from "../../../core/errors.ts";
import type { ExportedView } from "./viewFigure.ts";

const NOTHING_COMPARED = "There is no picture yet: choose a second model to compare with first.";

/** Two models side by side. */
export const COMPARE_EXPORT: ExportedView = {
  refusal: ({ compared }) => (compared === null ? NOTHING_COMPARED : null),
  async draw({ compared, choices, theme, width }) {
    if (compared === null) throw new ConvAtlasError("unsupported", NOTHING_COMPARED);
    // Only where it is asked for: neither is part of the first page.
    const [{ openPair }, { comparisonLines, comparisonPicture, comparisonTitle }] =
      await Promise.all([
        import("../../compare/ComparisonResult.tsx"),
        import("../../figures/comparePicture.ts"),
      ]);
    const { comparison } = compared;
    const { colourBy, selection } = choices;
    const open = openPair(comparison, selection.layer);
    const pair = open < 0 ? null : open;
    return {
      picture: comparisonPicture(compared, { width, theme, colourBy, pair }),
      what: "compared",
      title: comparisonTitle(comparison),
      lines: comparisonLines(comparison),
      showsShares: true,
    };
  },
};
