import { Fragment, type JSX } from "react";
import { FORMAT_NAMES } from "../../core/formats/formatNames.ts";
import { listText } from "../words/listText.ts";
import { formatFamilies } from "./formatFamilies.ts";

const formats = Object.values(FORMAT_NAMES);

/** The formats in one line; how their files are called, for those who look for theirs. */
export function FormatList(): JSX.Element {
  return (
    <details className="format-list small">
      <summary>Reads {listText(formatFamilies())} files</summary>
      <dl>
        {formats.map(({ label, extensions }) => (
          <Fragment key={label}>
            <dt>{label}</dt>
            <dd className="muted">{extensions.join(", ")}</dd>
          </Fragment>
        ))}
      </dl>
    </details>
  );
}
