import { type JSX, useState } from "react";
import { exportReport } from "../export/exportReport.ts";
import { exportSheet } from "../export/exportSheet.ts";
import type { ShownAnalysis } from "../hooks/useShownAnalysis.ts";
import { ConclusionCard } from "./ConclusionCard.tsx";
import { QUESTION_IDS } from "./findingWords.ts";
import { LayerFindingsTable } from "./LayerFindingsTable.tsx";
import "./report.css";
import { useFindings } from "./useFindings.ts";

interface Props {
  readonly shown: ShownAnalysis;
  /** Of the column, px. */
  readonly width: number;
}

/** The poster's three conclusions, asked of this model, with what they rest on. */
export function ReportView({ shown, width }: Props): JSX.Element {
  const { analysis, isComplete } = shown;
  const [isBusy, setBusy] = useState(false);
  const findings = useFindings(shown);
  // Not disabled while it works: the focus would be lost.
  const run = (work: () => Promise<unknown>) => {
    if (isBusy) return;
    setBusy(true);
    void work().finally(() => setBusy(false));
  };
  return (
    <section className="view report" aria-labelledby="report-title">
      <div className="view-head">
        <div>
          <h2 id="report-title">Three answers about this network</h2>
          <p className="muted">
            Each is compared with noise; where a model is too small to tell, that is the answer.
          </p>
        </div>
        <div className="report-actions">
          <button
            type="button"
            className="button"
            data-testid="save-report"
            disabled={!isComplete}
            onClick={() => run(() => exportReport(analysis))}
          >
            Save report (HTML)
          </button>
          <button
            type="button"
            className="button"
            data-testid="save-sheet"
            disabled={!isComplete}
            onClick={() => run(() => exportSheet(analysis, "png"))}
          >
            Poster sheet (PNG)
          </button>
        </div>
      </div>
      {QUESTION_IDS.map((id) => (
        <ConclusionCard key={id} id={id} analysis={analysis} findings={findings} width={width} />
      ))}
      <h3>Layer by layer</h3>
      <LayerFindingsTable analysis={analysis} findings={findings} />
      <p className="small muted view-note">
        Research tool, not for clinical use. A name says that a kernel acts on an image much like
        that filter, not that the network uses it so.
      </p>
    </section>
  );
}
