import type { JSX, KeyboardEvent } from "react";
import { setView } from "../state/actions.ts";
import type { ViewName } from "../state/pageState.ts";
import { tabId, VIEW_PANEL_ID, VIEWS } from "./viewNames.ts";

interface Props {
  readonly view: ViewName;
}

/** Tabs as in the ARIA practices: one stop for Tab, arrows inside. */
export function ViewTabs({ view }: Props): JSX.Element {
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const at = VIEWS.findIndex((one) => one.view === view);
    const next = VIEWS[(at + step + VIEWS.length) % VIEWS.length];
    if (next === undefined) return;
    setView(next.view);
    document.getElementById(tabId(next.view))?.focus();
  };
  return (
    <div className="view-tabs" role="tablist" aria-label="Views" onKeyDown={onKeyDown}>
      {VIEWS.map((one) => {
        const isSelected = one.view === view;
        return (
          <button
            key={one.view}
            id={tabId(one.view)}
            type="button"
            role="tab"
            aria-selected={isSelected}
            aria-controls={VIEW_PANEL_ID}
            tabIndex={isSelected ? 0 : -1}
            onClick={() => setView(one.view)}
          >
            {one.title}
          </button>
        );
      })}
    </div>
  );
}
