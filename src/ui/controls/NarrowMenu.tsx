import { type FocusEvent, type JSX, type ReactNode, useId, useRef, useState } from "react";
import "./narrowMenu.css";

interface Props {
  readonly label: string;
  readonly testId: string;
  readonly children: ReactNode;
}

/** Buttons that stand in the row where it is wide; on a phone, behind one button that shows them. */
export function NarrowMenu({ label, testId, children }: Props): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const toggle = useRef<HTMLButtonElement>(null);
  const id = useId();
  const onBlur = ({ currentTarget, relatedTarget }: FocusEvent<HTMLElement>) => {
    // Nothing takes the focus while a file is chosen: then it stays open.
    if (relatedTarget !== null && !currentTarget.contains(relatedTarget)) setOpen(false);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it hears what happens on its buttons
    <div
      className="narrow-menu"
      data-open={isOpen}
      onBlur={onBlur}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !isOpen) return;
        event.stopPropagation();
        setOpen(false);
        toggle.current?.focus();
      }}
    >
      <button
        ref={toggle}
        type="button"
        className="button narrow-menu-toggle"
        data-testid={testId}
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setOpen(!isOpen)}
      >
        {label} <span aria-hidden="true">▾</span>
      </button>
      <div id={id} className="narrow-menu-content">
        {children}
      </div>
    </div>
  );
}
