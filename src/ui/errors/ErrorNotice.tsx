import { type JSX, useState } from "react";
import "./errors.css";
import { usePage } from "../hooks/usePage.ts";
import { dismissError } from "../state/actions.ts";
import type { PageError } from "../state/pageState.ts";

function reportText(error: PageError): string {
  return [`${error.code}: ${error.message}`, `file: ${error.modelName}`, error.details].join("\n");
}

function CopyButton({ text }: { readonly text: string }): JSX.Element {
  const [state, setState] = useState<"ready" | "copied" | "refused">("ready");
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => setState("copied"),
      () => setState("refused"),
    );
  };
  const words = {
    ready: "Copy details",
    copied: "Copied",
    refused: "Select the text above and copy it",
  };
  return (
    <button type="button" className="button" onClick={copy}>
      {words[state]}
    </button>
  );
}

/** The last error, until it is dismissed; what was on the screen before stays below it. */
export function ErrorNotice(): JSX.Element | null {
  const error = usePage((state) => state.error);
  const somethingIsShown = usePage((state) => state.current !== null);
  if (error === null) return null;
  return (
    <div className="error-notice" role="alert">
      <div className="error-words">
        <p className="error-sentence">{error.message}</p>
        <p>
          {somethingIsShown
            ? "The analysis below is unchanged."
            : "Nothing was kept. Open another model, or try the sample."}
        </p>
        <details>
          <summary>Details</summary>
          <pre>{reportText(error)}</pre>
          <CopyButton text={reportText(error)} />
        </details>
      </div>
      <button type="button" className="button" onClick={dismissError}>
        Dismiss
      </button>
    </div>
  );
}
