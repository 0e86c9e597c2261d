import { type JSX, useState } from "react";
import { useStore } from "zustand";
import { usePage } from "../hooks/usePage.ts";
import type { ShownAnalysis } from "../hooks/useShownAnalysis.ts";
import { testRunOf, testStore } from "../lab/test/testRuns.ts";
import { VIEWS } from "../views/viewNames.ts";
import { exportFigure } from "./exportFigure.ts";
import { exportResults } from "./exportResults.ts";
import { VIEW_FIGURES } from "./figures/viewFigures.ts";
import { PictureDialog } from "./PictureDialog.tsx";

interface Props {
  readonly shown: ShownAnalysis;
}

interface ExportChoice {
  readonly testId: string;
  readonly words: string;
  readonly meaning: string;
  /** Why it cannot be had of this view; null where it can. */
  readonly refusal: string | null;
  readonly run: () => Promise<unknown>;
}

/** A picture of the view, in the size that was used last. */
function figureChoices(
  { analysis }: ShownAnalysis,
  title: string,
  refusal: string | null,
): readonly ExportChoice[] {
  return [
    {
      testId: "export-figure",
      words: "PNG",
      meaning: `This figure (${title}) as a PNG picture with a caption`,
      refusal,
      run: () => exportFigure(analysis, "png"),
    },
    {
      testId: "export-figure-svg",
      words: "SVG",
      meaning: `This figure (${title}) as an SVG drawing with a caption`,
      refusal,
      run: () => exportFigure(analysis, "svg"),
    },
  ];
}

/** Everything that can be taken along; nothing unfinished can. */
export function ExportButtons({ shown }: Props): JSX.Element {
  const isRunning = usePage((state) => state.pending !== null);
  const view = usePage((state) => state.view);
  const [isBusy, setBusy] = useState(false);
  const [isOpen, setOpen] = useState(false);
  const mustWait = isRunning || !shown.isComplete;
  const title = VIEWS.find((one) => one.view === view)?.title ?? "";
  const compared = usePage((state) => state.compared);
  // A test of the image lab that ends makes its picture.
  useStore(testStore, () => testRunOf(shown.analysis)?.state);
  const refusal = VIEW_FIGURES[view].refusal({ analysis: shown.analysis, compared });
  const waiting = "Wait until the analysis has finished";
  const choices: readonly ExportChoice[] = [
    {
      testId: "export-json",
      words: "JSON",
      meaning: "Results as JSON, one record per kernel",
      refusal: null,
      run: () => exportResults("json"),
    },
    {
      testId: "export-csv",
      words: "CSV",
      meaning: "Results as CSV, one row per kernel",
      refusal: null,
      run: () => exportResults("csv"),
    },
    ...figureChoices(shown, title, refusal),
  ];
  return (
    <>
      <fieldset className="export-buttons">
        <legend className="visually-hidden">Export</legend>
        <span className="small muted" aria-hidden="true">
          Export
        </span>
        <div className="button-row">
          {choices.map(({ testId, words, meaning, refusal: why, run }) => (
            <button
              key={testId}
              type="button"
              className="button"
              data-testid={testId}
              disabled={mustWait || why !== null}
              title={mustWait ? waiting : (why ?? meaning)}
              // Not disabled while it works: the focus would be lost.
              onClick={() => {
                if (isBusy) return;
                setBusy(true);
                void run().finally(() => setBusy(false));
              }}
            >
              <span className="visually-hidden">Export </span>
              {words}
            </button>
          ))}
          <button
            type="button"
            className="button"
            data-testid="picture-options"
            disabled={mustWait}
            title={mustWait ? waiting : "Size of the picture, copy, poster sheet and report"}
            aria-haspopup="dialog"
            onClick={() => setOpen(true)}
          >
            Picture…
          </button>
        </div>
      </fieldset>
      <PictureDialog
        shown={shown}
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        title={title}
        refusal={refusal}
      />
    </>
  );
}
