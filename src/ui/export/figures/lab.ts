import { ConvAtlasError } from "../../../core/errors.ts";
import { recordOf, testRunOf } from "../../lab/test/testRuns.ts";
import type { ExportedView } from "./viewFigure.ts";

const NO_TEST =
  "There is no picture yet: put kernels to the test first. Images themselves are not exported.";

/** The chart of the test: pictures of people do not leave the page with it. */
export const LAB_EXPORT: ExportedView = {
  refusal: ({ analysis }) => {
    const run = testRunOf(analysis);
    // What a cancelled test has found is a picture too, and says so.
    return run?.state === "running" || recordOf(run) === null ? NO_TEST : null;
  },
  async draw({ analysis, theme, width }) {
    // Only where it is asked for: none of it is part of the first page.
    const [
      { testFindings },
      { testPicture },
      { endSentence, settingsSentence },
      { summarySentences },
    ] = await Promise.all([
      import("../../lab/test/testRows.ts"),
      import("../../lab/test/testPicture.ts"),
      import("../../lab/test/testWords.ts"),
      import("../../../core/substitution/conclusionWords.ts"),
    ]);
    const run = testRunOf(analysis);
    const findings = run === null ? null : testFindings(analysis, run, "masks");
    if (run === null || findings === null) throw new ConvAtlasError("unsupported", NO_TEST);
    const ended = endSentence(run);
    return {
      picture: testPicture(run, findings, { width, theme }),
      what: "put-to-the-test",
      title: "Kernels put to the test: what is left of the output when they are replaced",
      lines: [
        ...(ended === null ? [] : [ended]),
        ...summarySentences(findings.found),
        `Test: ${settingsSentence(run)}`,
      ],
    };
  },
};
