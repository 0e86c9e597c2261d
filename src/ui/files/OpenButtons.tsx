import type { JSX } from "react";
import { openFiles } from "../state/actions.ts";
import { PickFilesButton } from "./PickFilesButton.tsx";

interface Props {
  readonly label: string;
  readonly className: string;
}

/** Opens one file, or several that belong together. */
export function OpenFileButton({ label, className }: Props): JSX.Element {
  return (
    <PickFilesButton
      label={label}
      className={className}
      inputLabel="Model files"
      testId="model-input"
      onFiles={openFiles}
    />
  );
}

/** Opens a model that is a folder (SavedModel, TensorFlow.js). */
export function OpenFolderButton({ label, className }: Props): JSX.Element {
  return (
    <PickFilesButton
      label={label}
      className={className}
      inputLabel="Model folder"
      testId="model-folder-input"
      picksFolder
      onFiles={openFiles}
    />
  );
}
