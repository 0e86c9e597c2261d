import { type JSX, useCallback, useMemo, useState } from "react";
import type { Analysis } from "../../../core/analysis/analysis.ts";
import { substitutionCsv } from "../../../core/results/substitutionCsv.ts";
import { summarySentences } from "../../../core/substitution/conclusionWords.ts";
import { download, exportName } from "../../export/download.ts";
import { figureTheme } from "../../figures/theme.ts";
import { useTheme } from "../../hooks/useTheme.ts";
import { selectLayer } from "../../state/actions.ts";
import { FigureHost } from "../../views/FigureHost.tsx";
import { Radio } from "./TestForm.tsx";
import { TestTable } from "./TestTable.tsx";
import type { Against } from "./testChoice.ts";
import { testPicture } from "./testPicture.ts";
import { hasChoiceOfMeasure, testFindings } from "./testRows.ts";
import { recordOf, type TestRun } from "./testRuns.ts";
import { endSentence, settingsSentence } from "./testWords.ts";
import { VerdictList } from "./VerdictList.tsx";

interface Props {
  readonly analysis: Analysis;
  readonly run: TestRun;
  readonly width: number;
}

/** What a test has found: in words, as a chart, and in numbers. */
export function TestResult({ analysis, run, width }: Props): JSX.Element | null {
  const theme = figureTheme(useTheme());
  const [against, setAgainst] = useState<Against>("masks");
  const findings = useMemo(() => testFindings(analysis, run, against), [analysis, run, against]);
  const figure = useMemo(
    () => (findings === null ? null : testPicture(run, findings, { width, theme })),
    [run, findings, width, theme],
  );
  const open = useCallback(
    (index: number) => {
      const layer = analysis.layers[index];
      if (layer !== undefined) selectLayer(layer.description.name);
    },
    [analysis],
  );
  if (findings === null || figure === null) {
    return <TestEnd run={run} />;
  }
  const isRunning = run.state === "running";
  const [answer, ...reasons] = isRunning ? [] : summarySentences(findings.found);
  const saveCsv = () => {
    const record = recordOf(run);
    if (record === null) return;
    const blob = new Blob([substitutionCsv(record)], { type: "text/csv" });
    download(blob, exportName(analysis.model.name, "put-to-the-test", "csv"));
  };
  return (
    <div
      className="test-result"
      data-result="lab.substitution"
      // Until it has ended, what it says may still change.
      data-preview={isRunning ? "" : undefined}
      data-testid="test-result"
    >
      <TestEnd run={run} />
      {answer !== undefined && (
        <div className="test-summary">
          <h3>What it says</h3>
          <p className="test-answer">{answer}</p>
          <VerdictList findings={findings} />
          {reasons.length > 0 && (
            <details>
              <summary>What that rests on, layer by layer</summary>
              <ul className="test-reasons">
                {reasons.map((sentence) => (
                  <li key={sentence}>{sentence}</li>
                ))}
              </ul>
            </details>
          )}
        </div>
      )}
      {hasChoiceOfMeasure(run) && (
        <fieldset className="test-measure">
          <legend className="visually-hidden">What the overlap is measured with</legend>
          <Radio name="against" isOn={against === "masks"} onOn={() => setAgainst("masks")}>
            overlap with the right masks
          </Radio>
          <Radio name="against" isOn={against === "output"} onOn={() => setAgainst("output")}>
            with what the network itself marks
          </Radio>
        </fieldset>
      )}
      <FigureHost node={figure.node} onLayer={open} />
      <p className="small muted">
        {settingsSentence(run)} Research tool, not for clinical use. Choose a line to select its
        layer.
      </p>
      <details>
        <summary>All numbers</summary>
        <TestTable findings={findings} />
      </details>
      {!isRunning && (
        <p>
          <button
            type="button"
            className="button"
            data-testid="export-test-csv"
            disabled={run.trials.length === 0}
            onClick={saveCsv}
          >
            Save these numbers as CSV
          </button>
        </p>
      )}
    </div>
  );
}

/** How a test ended, where it did not come to its end. */
function TestEnd({ run }: { readonly run: TestRun }): JSX.Element | null {
  const ended = endSentence(run);
  if (ended === null) return null;
  const details = run.failure?.details ?? "";
  return (
    <div
      className={run.state === "failed" ? "error-box" : undefined}
      role={run.state === "failed" ? "alert" : "status"}
      data-preview=""
    >
      <p>{ended}</p>
      {details !== "" && (
        <details>
          <summary>Details</summary>
          <pre className="small">{details}</pre>
        </details>
      )}
    </div>
  );
}
