import { type ChangeEvent, type JSX, useRef } from "react";
import { openFiles } from "../state/actions.ts";

interface Props {
  readonly label: string;
  readonly className: string;
}

/**
 * The one way to pick files with the keyboard or the mouse. The picker is not limited to
 * known endings: a file's format is decided by its content.
 */
export function OpenFileButton({ label, className }: Props): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  const pick = (event: ChangeEvent<HTMLInputElement>) => {
    openFiles([...(event.target.files ?? [])]);
    // Else picking the same file again would not be a change.
    event.target.value = "";
  };
  return (
    <>
      <button type="button" className={className} onClick={() => input.current?.click()}>
        {label}
      </button>
      <input
        ref={input}
        className="visually-hidden"
        type="file"
        multiple
        tabIndex={-1}
        aria-label="Model files"
        data-testid="model-input"
        onChange={pick}
      />
    </>
  );
}
