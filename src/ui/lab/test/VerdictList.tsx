import type { JSX } from "react";
import { countText } from "../../figures/text.ts";
import type { TestFindings } from "./testRows.ts";
import { givenVerdicts, verdictMeaning } from "./verdicts.ts";

/** Each verdict of the chart in plain words, so that nobody has to look it up. */
export function VerdictList({ findings }: { readonly findings: TestFindings }): JSX.Element | null {
  const given = givenVerdicts(findings);
  if (given.length === 0) return null;
  return (
    <dl className="test-verdicts">
      {given.map(({ verdict, name, layers }) => (
        <div key={verdict}>
          <dt>
            <strong>{name}</strong>{" "}
            <span className="muted" data-scale="">
              {countText(layers.length, "layer")}
            </span>
          </dt>
          <dd>{verdictMeaning(verdict)}</dd>
        </div>
      ))}
    </dl>
  );
}
