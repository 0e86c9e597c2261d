import { type JSX, useState } from "react";
import { usePage } from "../hooks/usePage.ts";
import type { ShownAnalysis } from "../hooks/useShownAnalysis.ts";
import { VIEWS } from "../views/viewNames.ts";
import { exportFigure } from "./exportFigure.ts";
import { exportResults } from "./exportResults.ts";

interface Props {
  readonly shown: ShownAnalysis;
}

interface ExportChoice {
  readonly testId: string;
  readonly words: string;
  readonly meaning: string;
  readonly run: () => Promise<void>;
}

/** Everything that can be taken along; nothing unfinished can. */
export function ExportButtons({ shown }: Props): JSX.Element {
  const isRunning = usePage((state) => state.pending !== null);
  const view = usePage((state) => state.view);
  const [isBusy, setBusy] = useState(false);
  const mustWait = isRunning || !shown.isComplete;
  const title = VIEWS.find((one) => one.view === view)?.title ?? "";
  const choices: readonly ExportChoice[] = [
    {
      testId: "export-json",
      words: "JSON",
      meaning: "Results as JSON, one record per kernel",
      run: () => exportResults("json"),
    },
    {
      testId: "export-csv",
      words: "CSV",
      meaning: "Results as CSV, one row per kernel",
      run: () => exportResults("csv"),
    },
    {
      testId: "export-figure",
      words: "PNG",
      meaning: `This figure (${title}) as a PNG picture with a caption`,
      run: () => exportFigure(shown.analysis, "png"),
    },
    {
      testId: "export-figure-svg",
      words: "SVG",
      meaning: `This figure (${title}) as an SVG drawing with a caption`,
      run: () => exportFigure(shown.analysis, "svg"),
    },
  ];
  return (
    <fieldset className="export-buttons">
      <legend className="visually-hidden">Export</legend>
      <span className="small muted" aria-hidden="true">
        Export
      </span>
      <div className="button-row">
        {choices.map(({ testId, words, meaning, run }) => (
          <button
            key={testId}
            type="button"
            className="button"
            data-testid={testId}
            disabled={mustWait || isBusy}
            title={mustWait ? "Wait until the analysis has finished" : meaning}
            onClick={() => {
              setBusy(true);
              void run().finally(() => setBusy(false));
            }}
          >
            <span className="visually-hidden">Export </span>
            {words}
          </button>
        ))}
      </div>
    </fieldset>
  );
}
