import type { JSX } from "react";
import type { SkippedLayer, SkipReason } from "../../core/network/network.ts";

interface Props {
  readonly skipped: readonly SkippedLayer[];
}

/** Convolutions that are listed but not analysed, by reason. */
export function SkippedLayers({ skipped }: Props): JSX.Element | null {
  if (skipped.length === 0) return null;
  const byReason = new Map<SkipReason, string[]>();
  for (const { name, reason } of skipped) {
    byReason.set(reason, [...(byReason.get(reason) ?? []), name]);
  }
  return (
    <details className="skipped small">
      <summary>Not analysed: {skipped.length}</summary>
      {[...byReason].map(([reason, names]) => (
        <div key={reason}>
          <h3>{reason}</h3>
          <ul className="muted">
            {names.map((name) => (
              <li key={name}>{name}</li>
            ))}
          </ul>
        </div>
      ))}
    </details>
  );
}
