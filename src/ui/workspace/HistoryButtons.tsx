import type { JSX } from "react";
import { usePage } from "../hooks/usePage.ts";
import { redo, undo } from "../state/actions.ts";

/** Back and forth through all that was chosen: settings, selection and view. */
export function HistoryButtons(): JSX.Element {
  const canUndo = usePage((state) => state.history.past.length > 0);
  const canRedo = usePage((state) => state.history.future.length > 0);
  return (
    <div className="button-row">
      {/* Disabled buttons lose the focus; these keep it for the next press. */}
      <button
        type="button"
        className="button"
        data-testid="undo"
        title="Undo the last choice (key u)"
        aria-disabled={!canUndo}
        onClick={undo}
      >
        <span aria-hidden="true">↶</span>
        <span className="visually-hidden">Undo</span>
      </button>
      <button
        type="button"
        className="button"
        data-testid="redo"
        title="Redo what was undone (key U)"
        aria-disabled={!canRedo}
        onClick={redo}
      >
        <span aria-hidden="true">↷</span>
        <span className="visually-hidden">Redo</span>
      </button>
    </div>
  );
}
