import type { JSX } from "react";
import type { LabError } from "./labState.ts";

interface Props {
  readonly error: Pick<LabError, "message" | "details">;
  /** What a person can do; empty where the error says it. */
  readonly next: string;
  /** Null where the next time would be no other. */
  readonly onRetry: (() => void) | null;
}

/** What the lab could not do, and ways to go on. */
export function LabFailure({ error: { message, details }, next, onRetry }: Props): JSX.Element {
  return (
    <div className="error-box" role="alert" data-preview="">
      <p className="error-sentence">{message}</p>
      {next !== "" && <p>{next}</p>}
      {details !== "" && (
        <details>
          <summary>Details</summary>
          <pre>{details}</pre>
        </details>
      )}
      {onRetry !== null && (
        <button type="button" className="button button-small" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}
