import { type JSX, useEffect } from "react";
import "./lab.css";
import { useCaughtFocus } from "../hooks/useCaughtFocus.ts";
import { usePage } from "../hooks/usePage.ts";
import type { ShownAnalysis } from "../hooks/useShownAnalysis.ts";
import { ImagesPart } from "./ImagesPart.tsx";
import { LabParts } from "./LabParts.tsx";
import { LabStatus } from "./LabStatus.tsx";
import type { LabState } from "./labState.ts";
import { useLab } from "./labStore.ts";
import { enterLab, pageLab } from "./pageLab.ts";

interface Props {
  readonly shown: ShownAnalysis;
  readonly width: number;
}

/** Changes with whatever takes a button off the page that may have had the focus. */
function buttonsText(state: LabState): string {
  const { phase, failed, images, reading, run, edits, output } = state;
  const counts = [failed.length, images.length, JSON.stringify(edits)];
  const isZero = output?.threshold === 0;
  return [phase, ...counts, reading === null, run.phase, output?.showsSigmoid, isZero].join(" ");
}

/** The network at work on images: what it marks, what one kernel does, what other kernels would do. */
export function LabView({ shown, width }: Props): JSX.Element {
  const { isComplete } = shown;
  // Of the same file as well, which may be opened once more.
  const opened = usePage((state) => state.current);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another network is another lab
  useEffect(() => {
    if (isComplete) enterLab();
    return pageLab.leave;
  }, [isComplete, opened]);
  const phase = useLab((state) => state.phase);
  const model = useLab((state) => state.model);
  const section = useCaughtFocus<HTMLElement>(useLab(buttonsText));
  return (
    <section ref={section} className="view lab" aria-labelledby="lab-title" tabIndex={-1}>
      <div className="view-head">
        <div className="view-head-line">
          <h2 id="lab-title">Image lab</h2>
          <p className="muted">
            This network at work on images. They stay in this browser. Not for clinical use.
          </p>
        </div>
      </div>
      <LabStatus isComplete={isComplete} />
      {phase === "ready" && (
        <LabParts shown={shown} width={width}>
          {model !== null && <ImagesPart model={model} />}
        </LabParts>
      )}
    </section>
  );
}
