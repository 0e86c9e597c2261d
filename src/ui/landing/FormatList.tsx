import type { JSX } from "react";
import { FORMAT_NAMES } from "../../core/formats/formatNames.ts";
import { listText } from "../words/listText.ts";

const formats = Object.values(FORMAT_NAMES);

/** The formats in one sentence; how their files are called, for those who look for theirs. */
export function FormatList(): JSX.Element {
  return (
    <details className="format-list">
      <summary>Reads {listText(formats.map(({ label }) => label))} files. Which are these?</summary>
      <dl>
        {formats.map(({ label, extensions }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd className="muted">{extensions.join(", ")}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
