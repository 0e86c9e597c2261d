import type { JSX } from "react";
import { useShallow } from "zustand/react/shallow";
import "./statusLine.css";
import { usePage } from "../hooks/usePage.ts";
import type { ShownAnalysis } from "../hooks/useShownAnalysis.ts";
import { pageRunner } from "../state/pageRunner.ts";
import type { PendingRun } from "../state/pageState.ts";
import { countsText, progressShare, progressText, statusSentence } from "./statusText.ts";

function RunProgress({ pending }: { readonly pending: PendingRun }): JSX.Element {
  const share = progressShare(pending.progress);
  const text = progressText(pending.progress);
  return (
    <div className="run-progress">
      {/* Without a value the bar is "indeterminate", which is what is known then. */}
      <progress aria-label="Progress of this step" {...(share === null ? {} : { value: share })} />
      <span className="small muted">{text}</span>
      <button
        type="button"
        className="button"
        data-testid="cancel"
        onClick={() => pageRunner.cancel()}
      >
        Cancel
      </button>
    </div>
  );
}

interface Props {
  readonly shown: ShownAnalysis | null;
}

/** The bottom line: what the page is doing, how far it is, what was counted. */
export function StatusLine({ shown }: Props): JSX.Element {
  const state = usePage(useShallow(({ phase, pending, current }) => ({ phase, pending, current })));
  const analysis = shown?.analysis ?? null;
  return (
    <footer className="status-line">
      <p data-testid="analysis-status" data-state={state.phase} aria-live="polite" role="status">
        {statusSentence(state, analysis)}
      </p>
      {state.pending !== null && <RunProgress pending={state.pending} />}
      {analysis !== null && (
        <p className="small muted status-counts">
          {countsText(analysis)}
          {analysis.timings !== null && `; computed by ${analysis.timings.engine}`}
        </p>
      )}
    </footer>
  );
}
