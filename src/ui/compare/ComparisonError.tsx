import type { JSX } from "react";
import { NEXT_STEPS } from "../errors/nextSteps.ts";
import type { PageError } from "../state/pageState.ts";
import { AddModelButton } from "./AddModelButton.tsx";
import { pageComparison } from "./pageComparison.ts";

interface Props {
  readonly error: PageError | null;
  /** True if an older comparison is still shown. */
  readonly hasResult: boolean;
}

/** Why the second model could not be compared, and what to do next; the first one is untouched. */
export function ComparisonError({ error, hasResult }: Props): JSX.Element | null {
  if (error === null) return null;
  const { code, message, remarks, missingFiles, details } = error;
  return (
    <div className="error-box" role="alert">
      <p className="error-sentence">{message}</p>
      {remarks.map((remark) => (
        <p key={remark}>{remark}</p>
      ))}
      <p>
        {NEXT_STEPS[code]}{" "}
        <span className="muted">
          {hasResult
            ? "The comparison below is the one from before."
            : "The model on screen is unchanged."}
        </span>
      </p>
      {missingFiles.length > 0 && (
        <ul className="compare-missing">
          {missingFiles.map((name) => (
            <li key={name}>{name}</li>
          ))}
        </ul>
      )}
      {details !== "" && (
        <details>
          <summary>Details</summary>
          <pre>{details}</pre>
        </details>
      )}
      <div className="compare-actions">
        {missingFiles.length > 0 && (
          <AddModelButton label="Add the missing files" className="button" />
        )}
        <button type="button" className="button" onClick={pageComparison.dismissError}>
          Dismiss
        </button>
      </div>
    </div>
  );
}
