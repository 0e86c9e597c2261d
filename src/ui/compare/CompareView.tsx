import { type JSX, useEffect } from "react";
import "./compare.css";
import { usePage } from "../hooks/usePage.ts";
import type { ShownAnalysis } from "../hooks/useShownAnalysis.ts";
import type { SessionModel } from "../state/session.ts";
import { AddModelButton } from "./AddModelButton.tsx";
import { ComparisonError } from "./ComparisonError.tsx";
import { ComparisonProgress } from "./ComparisonProgress.tsx";
import { ComparisonResult } from "./ComparisonResult.tsx";
import { comparisonSentence } from "./comparisonProgress.ts";
import {
  COMPARE_DROP_ATTRIBUTE,
  compareWithSample,
  compareWithWanted,
  pageComparison,
} from "./pageComparison.ts";
import { type ShownComparison, useComparison } from "./useComparison.ts";

interface Props {
  readonly shown: ShownAnalysis;
  readonly width: number;
}

const WHAT_IT_DOES =
  "Add a second model, or another epoch of this one: you will see, layer by layer, how far its kernels and what they act like have moved, and whether that is more than chance.";

/** A name and a fingerprint, as people compare them. */
function modelWords({ name, sha256 }: SessionModel): string {
  return sha256 === "" ? name : `${name} (fingerprint ${sha256.slice(0, 8)}…)`;
}

function Explanation({ shown }: { readonly shown: ShownAnalysis }): JSX.Element {
  const wanted = usePage((state) => state.toCompare);
  return (
    <div className="compare-empty">
      <p className="compare-lead">
        {wanted === null
          ? WHAT_IT_DOES
          : `This view compared with ${modelWords(wanted)}. Add that file to see it again.`}
      </p>
      <p>
        {shown.analysis.model.name} stays on the screen. The second model is read in this browser
        too, under the same settings; any format will do, and layers are paired by name.
      </p>
      <AddButtons isFirst isWanted={wanted !== null} />
      <p className="small muted">Or drop it here: a file, several files or a folder.</p>
    </div>
  );
}

interface AddButtonsProps {
  readonly isFirst: boolean;
  /** True where a link or picture asks for a certain model. */
  readonly isWanted?: boolean;
}

function AddButtons({ isFirst, isWanted = false }: AddButtonsProps): JSX.Element {
  const sampleIsShown = usePage((state) => state.sample !== null);
  return (
    <div className="compare-actions">
      <AddModelButton
        label={isFirst ? "Add a model" : "Compare with another"}
        className={isFirst ? "button button-primary" : "button"}
      />
      <AddModelButton label={isFirst ? "Add a folder" : "Folder"} className="button" picksFolder />
      {isFirst && !isWanted && !sampleIsShown && (
        <button type="button" className="button" onClick={() => compareWithSample()}>
          Add the sample U-Net
        </button>
      )}
      {(!isFirst || isWanted) && (
        <button type="button" className="button" onClick={pageComparison.remove}>
          {isFirst ? "Forget that model" : "Stop comparing"}
        </button>
      )}
    </div>
  );
}

/** Cancelled, failed or waiting, with a second model still at hand or not. */
function Halted({ comparison, shown }: HaltedProps): JSX.Element {
  if (comparison.key === null && comparison.phase !== "waiting") {
    return <Explanation shown={shown} />;
  }
  return (
    <div className="compare-empty">
      {comparison.phase !== "waiting" && (
        <button
          type="button"
          className="button button-primary compare-again"
          onClick={pageComparison.retry}
        >
          Compare again
        </button>
      )}
      <AddButtons isFirst={false} />
    </div>
  );
}

interface HaltedProps {
  readonly comparison: ShownComparison;
  readonly shown: ShownAnalysis;
}

/** The model on screen beside a second one. */
export function CompareView({ shown, width }: Props): JSX.Element {
  const comparison = useComparison();
  const { phase, models, insteadOf } = comparison;
  const wanted = usePage((state) => state.toCompare);
  useEffect(() => {
    if (wanted !== null) void compareWithWanted(wanted);
  }, [wanted]);
  const isBusy = phase === "reading" || phase === "analyzing" || phase === "comparing";
  const drop = { [COMPARE_DROP_ATTRIBUTE]: "" };
  return (
    <section className="view compare" aria-labelledby="compare-title" {...drop}>
      <div className="view-head">
        <div>
          <h2 id="compare-title">Compare two models</h2>
          {models !== null && (
            <p className="muted">
              A: {models.a.model.name} (on screen); B: {models.b.model.name}
            </p>
          )}
        </div>
        {models !== null && <AddButtons isFirst={false} />}
      </div>
      <p
        className={models !== null && !isBusy ? "visually-hidden" : "muted"}
        role="status"
        data-testid="comparison-status"
        data-state={phase}
      >
        {phase === "idle" ? "" : comparisonSentence(comparison)}
      </p>
      {isBusy && <ComparisonProgress progress={comparison.progress} />}
      {insteadOf !== null && (
        <p role="status">
          The link or picture compared with {modelWords(insteadOf)}. What was added in its place is
          another file.
        </p>
      )}
      {wanted !== null && models !== null && !isBusy && (
        <p role="status">
          The link or picture compared with {modelWords(wanted)}. Add that file to see it; what is
          below compares with another.
        </p>
      )}
      <ComparisonError error={comparison.error} hasResult={models !== null} />
      {models !== null ? (
        <ComparisonResult models={models} width={width} />
      ) : (
        !isBusy && <Halted comparison={comparison} shown={shown} />
      )}
    </section>
  );
}
