import { type JSX, useRef } from "react";
import { useShallow } from "zustand/react/shallow";
import "./statusLine.css";
import type { EngineName } from "../../core/analysis/analysis.ts";
import { usePage } from "../hooks/usePage.ts";
import type { ShownAnalysis } from "../hooks/useShownAnalysis.ts";
import { pageRunner } from "../state/pageRunner.ts";
import type { PendingRun } from "../state/pageState.ts";
import { countsText, progressShare, progressText, statusSentence } from "./statusText.ts";

function RunProgress({
  pending,
  onCancel,
}: {
  readonly pending: PendingRun;
  readonly onCancel: () => void;
}): JSX.Element {
  const share = progressShare(pending.progress);
  const text = progressText(pending.progress);
  return (
    // How far it is, is no result.
    <div className="run-progress" data-preview="">
      {/* Without a value the bar is "indeterminate", which is what is known then. */}
      <progress aria-label="Progress of this step" {...(share === null ? {} : { value: share })} />
      <span className="small muted">{text}</span>
      <button type="button" className="button" data-testid="cancel" onClick={onCancel}>
        Cancel
      </button>
    </div>
  );
}

/** What an engine is called in plain words. */
const ENGINE_WORDS: Readonly<Record<EngineName, string>> = {
  cpu: "the processor",
  webasm: "the processor (WebAssembly)",
  webgl2: "the graphics card (WebGL 2)",
  webgpu: "the graphics card (WebGPU)",
};

interface Props {
  readonly shown: ShownAnalysis | null;
}

/** The bottom line: what the page is doing, how far it is, what was counted. */
export function StatusLine({ shown }: Props): JSX.Element {
  const state = usePage(useShallow(({ phase, pending, current }) => ({ phase, pending, current })));
  const analysis = shown?.analysis ?? null;
  const sentence = useRef<HTMLParagraphElement>(null);
  const cancel = () => {
    // The button goes away with the run: the focus stays at the place that says so.
    sentence.current?.focus();
    pageRunner.cancel();
  };
  return (
    <footer className="status-line">
      <p
        ref={sentence}
        tabIndex={-1}
        data-testid="analysis-status"
        data-state={state.phase}
        data-result="timings"
        aria-live="polite"
        role="status"
      >
        {statusSentence(state, analysis)}
      </p>
      {state.pending !== null && <RunProgress pending={state.pending} onCancel={cancel} />}
      {analysis !== null && (
        <p className="small muted status-counts" data-result="totals">
          {countsText(analysis)}
          {analysis.timings !== null && `; computed on ${ENGINE_WORDS[analysis.timings.engine]}`}
        </p>
      )}
    </footer>
  );
}
