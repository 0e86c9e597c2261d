import type { JSX } from "react";

interface Props {
  readonly warnings: readonly string[];
}

/** What was odd in the file, there for those who look, silent for the others. */
export function Warnings({ warnings }: Props): JSX.Element | null {
  if (warnings.length === 0) return null;
  const count = warnings.length === 1 ? "1 remark" : `${warnings.length} remarks`;
  return (
    <details className="warnings small">
      <summary>{count} about this file</summary>
      <ul>
        {warnings.map((warning) => (
          <li key={warning}>{warning}</li>
        ))}
      </ul>
    </details>
  );
}
