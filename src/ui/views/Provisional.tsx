import type { JSX } from "react";

/** Says that a picture is not final; keeps its line, so that nothing jumps when it is. */
export function Provisional({ isComplete }: { readonly isComplete: boolean }): JSX.Element {
  return (
    <p className="provisional small muted">
      {isComplete ? "\u00a0" : "Provisional: labels and chance baselines still come in."}
    </p>
  );
}
