import type { JSX } from "react";
import "./compare.css";
import type { ShownAnalysis } from "../hooks/useShownAnalysis.ts";
import { AddModelButton } from "./AddModelButton.tsx";
import { ComparisonError } from "./ComparisonError.tsx";
import { ComparisonProgress } from "./ComparisonProgress.tsx";
import { ComparisonResult } from "./ComparisonResult.tsx";
import { comparisonSentence } from "./comparisonProgress.ts";
import { COMPARE_DROP_ATTRIBUTE, pageComparison } from "./pageComparison.ts";
import { type ShownComparison, useComparison } from "./useComparison.ts";

interface Props {
  readonly shown: ShownAnalysis;
  readonly width: number;
}

const WHAT_IT_DOES =
  "Add a second model, or another epoch of this one: you will see, layer by layer, how far its kernels and what they act like have moved, and whether that is more than chance.";

function Explanation({ shown }: { readonly shown: ShownAnalysis }): JSX.Element {
  return (
    <div className="compare-empty">
      <p className="compare-lead">{WHAT_IT_DOES}</p>
      <p>
        {shown.analysis.model.name} stays on the screen. The second model is read in this browser
        too, under the same settings; any format will do, and layers are paired by name.
      </p>
      <AddButtons isFirst />
      <p className="small muted">Or drop it here: a file, several files or a folder.</p>
    </div>
  );
}

function AddButtons({ isFirst }: { readonly isFirst: boolean }): JSX.Element {
  return (
    <div className="compare-actions">
      <AddModelButton
        label={isFirst ? "Add a model" : "Compare with another"}
        className={isFirst ? "button button-primary" : "button"}
      />
      <AddModelButton label={isFirst ? "Add a folder" : "Folder"} className="button" picksFolder />
      {!isFirst && (
        <button type="button" className="button" onClick={pageComparison.remove}>
          Stop comparing
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
  const { phase, models } = comparison;
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
      <ComparisonError error={comparison.error} hasResult={models !== null} />
      {models !== null ? (
        <ComparisonResult models={models} width={width} />
      ) : (
        !isBusy && <Halted comparison={comparison} shown={shown} />
      )}
    </section>
  );
}
