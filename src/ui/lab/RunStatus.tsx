import type { JSX } from "react";
import { LabFailure } from "./LabFailure.tsx";
import { labNextStep, mayRunAgain } from "./labErrors.ts";
import { useLab } from "./labStore.ts";
import { engineText, timeText } from "./labWords.ts";
import { pageLab } from "./pageLab.ts";
import { useHeldMaps } from "./useHeldMaps.ts";

/** Whether the network runs, has run or could not; keeps its line, so that nothing moves. */
export function RunStatus(): JSX.Element {
  const run = useLab((state) => state.run);
  const shown = useHeldMaps().run === null ? "" : "What is shown is of the run before.";
  return (
    <div className="lab-run small" data-testid="lab-run" data-state={run.phase}>
      <p role="status" className="muted">
        {run.phase === "running" && "The network runs on this image."}
        {run.phase === "cancelled" && `Cancelled. ${shown}`}
        {run.phase === "done" && run.milliseconds !== null && run.engine !== null && (
          <span data-result="lab.run">
            {timeText(run.milliseconds)} on the {engineText(run.engine)}.
          </span>
        )}
      </p>
      {run.phase === "running" && (
        <button type="button" className="button button-small" onClick={pageLab.cancel}>
          Cancel
        </button>
      )}
      {run.phase === "cancelled" && (
        <button type="button" className="button button-small" onClick={pageLab.runAgain}>
          Run
        </button>
      )}
      {run.phase === "failed" && run.error !== null && (
        <LabFailure
          error={run.error}
          next={`${labNextStep(run.error.code)} ${shown}`.trim()}
          onRetry={mayRunAgain(run.error.code) ? pageLab.runAgain : null}
        />
      )}
    </div>
  );
}
