import type { JSX } from "react";
import type { SkippedLayer } from "../../core/network/network.ts";
import { SKIP_WORDS, skippedGroups } from "./skipWords.ts";

interface Props {
  readonly skipped: readonly SkippedLayer[];
}

/** Why convolutions were not analysed: a sentence for each reason, its layers behind a fold. */
export function SkippedReasons({ skipped }: Props): JSX.Element {
  return (
    <ul className="skipped-reasons small">
      {skippedGroups(skipped).map(({ reason, names }) => (
        <li key={reason}>
          <details>
            <summary>
              {SKIP_WORDS[reason].title}: {names.length}
            </summary>
            <ul className="skipped-names">
              {names.map((name) => (
                <li key={name}>{name}</li>
              ))}
            </ul>
          </details>
          <p className="muted">{SKIP_WORDS[reason].why}</p>
        </li>
      ))}
    </ul>
  );
}
