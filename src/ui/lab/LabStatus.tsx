import type { JSX } from "react";
import { LabFailure } from "./LabFailure.tsx";
import { labNextStep, mayPass } from "./labErrors.ts";
import type { LabError, LabProgress, LabState } from "./labState.ts";
import { useLab } from "./labStore.ts";
import { percentText, stepText } from "./labWords.ts";
import { pageLab } from "./pageLab.ts";

interface Props {
  /** False while the model is still analysed for the first time. */
  readonly isComplete: boolean;
}

/** Where the lab stands until it can be used, and what to do if it cannot. */
export function LabStatus({ isComplete }: Props): JSX.Element {
  const phase = useLab((state) => state.phase);
  const progress = useLab((state) => state.progress);
  const error = useLab((state) => state.error);
  return (
    <>
      <p
        className={phase === "ready" ? "visually-hidden" : "muted"}
        role="status"
        data-testid="lab-status"
        data-state={phase}
      >
        {isComplete ? phaseWords(phase, error) : "The lab opens when the model has been analysed."}
      </p>
      {phase === "opening" && <Opening progress={progress} />}
      {phase === "cancelled" && (
        <div>
          <button
            type="button"
            className="button button-primary"
            onClick={() => void pageLab.retry()}
          >
            Prepare the network
          </button>
        </div>
      )}
      {phase === "failed" && error !== null && (
        <LabFailure
          error={error}
          next={labNextStep(error.code)}
          onRetry={mayPass(error.code) ? () => void pageLab.retry() : null}
        />
      )}
    </>
  );
}

function phaseWords(phase: LabState["phase"], error: LabError | null): string {
  // What does not arrive says nothing about the network.
  if (phase === "failed" && error?.code === "unreadable") {
    return "The network is not ready to run, since a part is missing.";
  }
  if (phase === "failed" && error !== null && mayPass(error.code)) {
    return "The network is not ready to run.";
  }
  return PHASE_WORDS[phase];
}

const PHASE_WORDS = {
  closed: "The lab is closed.",
  opening: "The network is being prepared to run. This happens once.",
  ready: "The network is ready to run.",
  failed: "This network cannot be run here; its kernels are in all other views.",
  cancelled: "Cancelled before the network was ready to run.",
} as const;

function Opening({ progress }: { readonly progress: LabProgress | null }): JSX.Element {
  return (
    <div className="lab-progress">
      {/* Without a value the bar is "indeterminate", which is what is known then. */}
      <progress
        aria-label="Progress of the preparation"
        {...(progress === null ? {} : { value: progress.share })}
      />
      <span className="small muted" data-scale>
        {progress === null ? "" : `${stepText(progress.step)}: ${percentText(progress.share)}`}
      </span>
      <button type="button" className="button" onClick={pageLab.cancel}>
        Cancel
      </button>
    </div>
  );
}
