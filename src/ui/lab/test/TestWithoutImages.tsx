import type { JSX } from "react";
import { useStore } from "zustand";
import "./test.css";
import type { Analysis } from "../../../core/analysis/analysis.ts";
import { useCaughtFocus } from "../../hooks/useCaughtFocus.ts";
import { TestResult } from "./TestResult.tsx";
import { cancelTest, testKey, testStore } from "./testRuns.ts";
import { progressSentence } from "./testWords.ts";

interface Props {
  readonly analysis: Analysis;
  readonly width: number;
}

/** The test once all images have been removed: it goes on, can be cancelled, and is there to be read. */
export function TestWithoutImages({ analysis, width }: Props): JSX.Element | null {
  const key = testKey(analysis);
  const run = useStore(testStore, (state) => state[key] ?? null);
  const isRunning = run?.state === "running";
  const panel = useCaughtFocus<HTMLDivElement>(String(isRunning));
  if (run === null) return null;
  return (
    <div ref={panel} className="test-panel" tabIndex={-1}>
      {isRunning && (
        <div className="test-start" data-preview="">
          <button type="button" className="button" onClick={() => cancelTest(analysis)}>
            Cancel
          </button>
          <p className="small">{progressSentence(run, performance.now())}</p>
        </div>
      )}
      <TestResult key={key} analysis={analysis} run={run} width={width} />
    </div>
  );
}
