import { type ChangeEvent, type JSX, useRef } from "react";
import { pickedFiles } from "../files/pickedFiles.ts";
import { compareWithFiles, pageComparison } from "./pageComparison.ts";

interface Props {
  readonly label: string;
  readonly className: string;
  /** Asks for a folder instead of files. */
  readonly picksFolder?: boolean;
}

/** Picks the files of the model to compare with; its format is decided by its content. */
export function AddModelButton({ label, className, picksFolder = false }: Props): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  const pick = (event: ChangeEvent<HTMLInputElement>) => {
    const chosen = [...(event.target.files ?? [])];
    // Else picking the same file again would not be a change.
    event.target.value = "";
    if (chosen.length === 0 && !picksFolder) return;
    try {
      compareWithFiles(pickedFiles(chosen));
    } catch (error) {
      pageComparison.refuse(error, "the chosen folder");
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
          // React knows no such attribute; all current browsers know the property.
          if (element !== null && picksFolder) element.webkitdirectory = true;
        }}
        className="visually-hidden"
        type="file"
        multiple
        tabIndex={-1}
        aria-label={picksFolder ? "Folder of the model to compare with" : "Model to compare with"}
        data-testid={picksFolder ? "compare-folder-input" : "compare-input"}
        onChange={pick}
      />
    </>
  );
}
