import { type ChangeEvent, type JSX, useRef } from "react";
import type { PickedFile } from "../../worker/protocol.ts";
import { refuseFiles } from "../state/actions.ts";
import { pickedFiles } from "./pickedFiles.ts";

interface Props {
  readonly label: string;
  readonly className: string;
  /** What the dialog is for, for those who meet the input itself. */
  readonly inputLabel: string;
  readonly testId: string;
  /** Asks for a folder instead of files. */
  readonly picksFolder?: boolean;
  readonly onFiles: (files: readonly PickedFile[]) => void;
  /** Says why what was chosen cannot even be handed to a reader; where all such is said, unless given. */
  readonly onRefused?: (error: unknown, name: string) => void;
}

/** React knows no such attribute; all current browsers know the property. */
function asFolderInput(input: HTMLInputElement | null): void {
  if (input !== null) input.webkitdirectory = true;
}

/**
 * Picks files or a folder with the keyboard or the mouse. The dialog is not limited to
 * known endings: a file's format is decided by its content.
 */
export function PickFilesButton(props: Props): JSX.Element {
  const { label, className, inputLabel, testId, picksFolder = false, onFiles } = props;
  const { onRefused = refuseFiles } = props;
  const input = useRef<HTMLInputElement>(null);
  const pick = (event: ChangeEvent<HTMLInputElement>) => {
    const chosen = [...(event.target.files ?? [])];
    // Else picking the same file again would not be a change.
    event.target.value = "";
    if (chosen.length === 0 && !picksFolder) return;
    try {
      onFiles(pickedFiles(chosen));
    } catch (error) {
      onRefused(error, "the chosen folder");
    }
  };
  return (
    <>
      <button type="button" className={className} onClick={() => input.current?.click()}>
        {label}
      </button>
      <input
        ref={(element) => {
          input.current = element;
          if (picksFolder) asFolderInput(element);
        }}
        className="visually-hidden"
        type="file"
        multiple
        tabIndex={-1}
        aria-label={inputLabel}
        data-testid={testId}
        onChange={pick}
      />
    </>
  );
}
