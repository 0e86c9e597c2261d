import type { JSX } from "react";
import { PickFilesButton } from "../files/PickFilesButton.tsx";
import { addMissingFiles } from "../state/actions.ts";

/** Names shown at once; a network can lie in hundreds of files. */
const NAMES_SHOWN = 8;

interface Props {
  readonly names: readonly string[];
}

function NameList({ names }: Props): JSX.Element {
  return (
    <ul className="missing-names">
      {names.map((name) => (
        <li key={name}>{name}</li>
      ))}
    </ul>
  );
}

/** The files that a model asks for by name, and the way to hand them over. */
export function MissingFiles({ names }: Props): JSX.Element {
  const others = names.slice(NAMES_SHOWN);
  return (
    <div className="missing-files">
      {names.length > 0 && <NameList names={names.slice(0, NAMES_SHOWN)} />}
      {others.length > 0 && (
        <details>
          <summary>and {others.length} more</summary>
          <NameList names={others} />
        </details>
      )}
      <PickFilesButton
        label={names.length === 1 ? "Choose the missing file" : "Choose the missing files"}
        className="button button-primary"
        inputLabel="Missing files"
        testId="missing-files-input"
        onFiles={addMissingFiles}
      />
    </div>
  );
}
