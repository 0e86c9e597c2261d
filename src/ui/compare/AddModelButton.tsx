import type { JSX } from "react";
import { PickFilesButton } from "../files/PickFilesButton.tsx";
import { compareWithFiles, pageComparison } from "./pageComparison.ts";

interface Props {
  readonly label: string;
  readonly className: string;
  /** Asks for a folder instead of files. */
  readonly picksFolder?: boolean;
}

/** Picks the files of the model to compare with. */
export function AddModelButton({ label, className, picksFolder = false }: Props): JSX.Element {
  return (
    <PickFilesButton
      {...{ label, className, picksFolder }}
      inputLabel={picksFolder ? "Folder of the model to compare with" : "Model to compare with"}
      testId={picksFolder ? "compare-folder-input" : "compare-input"}
      onFiles={compareWithFiles}
      onRefused={pageComparison.refuse}
    />
  );
}
