import type { JSX } from "react";
import { REMARKS_ID, remarksText } from "./remarks.ts";

interface Props {
  readonly warnings: readonly string[];
}

/** What was odd in the file, there for those who look, silent for the others. */
export function Warnings({ warnings }: Props): JSX.Element | null {
  if (warnings.length === 0) return null;
  return (
    <details id={REMARKS_ID} className="warnings small">
      <summary>{remarksText(warnings.length)}</summary>
      <ul>
        {warnings.map((warning) => (
          <li key={warning}>{warning}</li>
        ))}
      </ul>
    </details>
  );
}
