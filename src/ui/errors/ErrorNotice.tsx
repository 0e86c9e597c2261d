import { type JSX, useEffect } from "react";
import "./errors.css";
import { CopyButton } from "../controls/CopyButton.tsx";
import { useCaughtFocus } from "../hooks/useCaughtFocus.ts";
import { usePage } from "../hooks/usePage.ts";
import { dismissError } from "../state/actions.ts";
import type { PageError } from "../state/pageState.ts";
import { MissingFiles } from "./MissingFiles.tsx";
import { NEXT_STEPS } from "./nextSteps.ts";

function reportText({ code, message, modelName, missingFiles, details }: PageError): string {
  const missing = missingFiles.length > 0 ? [`missing: ${missingFiles.join(", ")}`] : [];
  return [
    `ConvAtlas ${__CONVATLAS_VERSION__}`,
    `${code}: ${message}`,
    `file: ${modelName}`,
    ...missing,
    details,
  ]
    .join("\n")
    .trim();
}

function Notice({ error }: { readonly error: PageError }): JSX.Element {
  const somethingIsShown = usePage((state) => state.current !== null);
  // The button that led here may be gone with the notice before this one.
  const notice = useCaughtFocus<HTMLDivElement>(error.message);
  // On a phone the page may be scrolled far down.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new error is the reason to run
  useEffect(() => {
    notice.current?.scrollIntoView({ block: "nearest" });
  }, [error]);
  const report = reportText(error);
  return (
    <div ref={notice} className="error-notice" role="alert" tabIndex={-1}>
      <div className="error-words">
        <p className="error-sentence">{error.message}</p>
        {error.remarks.map((remark) => (
          <p key={remark}>{remark}</p>
        ))}
        <p>
          {NEXT_STEPS[error.code]}{" "}
          <span className="muted">
            {somethingIsShown
              ? "The analysis below is unchanged."
              : "No model is open; the sample always works."}
          </span>
        </p>
        {error.code === "missing-companion-file" && <MissingFiles names={error.missingFiles} />}
        <details>
          <summary>Details</summary>
          <pre>{report}</pre>
          <CopyButton
            text={report}
            label="Copy details"
            ifRefused="Select the text above and copy it"
          />
        </details>
      </div>
      <button type="button" className="button" onClick={dismissError}>
        Dismiss
      </button>
    </div>
  );
}

/** The last error, until it is dismissed; what was on the screen before stays below it. */
export function ErrorNotice(): JSX.Element | null {
  const error = usePage((state) => state.error);
  return error === null ? null : <Notice error={error} />;
}
