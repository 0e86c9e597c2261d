import type { JSX } from "react";
import type { ComparisonProgress as Progress } from "../state/comparisonState.ts";
import { comparisonProgressShare, comparisonProgressText } from "./comparisonProgress.ts";
import { pageComparison } from "./pageComparison.ts";

interface Props {
  readonly progress: Progress | null;
}

/** How far the second model is, and how to stop it. */
export function ComparisonProgress({ progress }: Props): JSX.Element {
  const share = progress === null ? null : comparisonProgressShare(progress);
  return (
    <div className="compare-progress">
      {/* Without a value the bar is "indeterminate", which is what is known then. */}
      <progress
        aria-label="Progress of the comparison"
        {...(share === null ? {} : { value: share })}
      />
      <span className="small muted">
        {progress === null ? "" : comparisonProgressText(progress)}
      </span>
      <button
        type="button"
        className="button"
        data-testid="cancel-comparison"
        onClick={pageComparison.cancel}
      >
        Cancel
      </button>
    </div>
  );
}
