import { ConvAtlasError } from "../../../core/errors.ts";
import type { ExportedView } from "./viewFigure.ts";

const NOT_COMPUTED = "There is no picture yet: the answers are still being computed.";

/** The three questions with their answers and figures. */
export const REPORT_EXPORT: ExportedView = {
  refusal: ({ analysis }) => (analysis.findings === null ? NOT_COMPUTED : null),
  async draw({ analysis, theme, width }) {
    const { findings } = analysis;
    if (findings === null) throw new ConvAtlasError("unsupported", NOT_COMPUTED);
    const { conclusionsPicture } = await import("../../report/conclusionsPicture.ts");
    return {
      picture: conclusionsPicture(analysis, findings, { width, theme }),
      what: "conclusions",
      title: `What did ${analysis.model.name} learn? Three answers`,
      lines: [
        "Each answer is compared with noise; where a model is too small to tell, that is the answer.",
      ],
      showsShares: true,
    };
  },
};
