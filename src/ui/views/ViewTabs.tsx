import { type JSX, type KeyboardEvent, useEffect, useRef } from "react";
import { setView } from "../state/actions.ts";
import type { ViewName } from "../state/choices.ts";
import { tabId, VIEW_PANEL_ID, VIEWS } from "./viewNames.ts";

interface Props {
  readonly view: ViewName;
}

/** On a phone the tabs are pushed sideways: the chosen one is brought in sight, and nothing else moves. */
function showTab(tabs: HTMLElement | null, tab: HTMLElement | null): void {
  if (tabs === null || tab === null) return;
  const middle = tab.offsetLeft - tabs.offsetLeft + tab.offsetWidth / 2;
  tabs.scrollLeft = middle - tabs.clientWidth / 2;
}

/** Tabs as in the ARIA practices: one stop for Tab, arrows inside. */
export function ViewTabs({ view }: Props): JSX.Element {
  const tabs = useRef<HTMLDivElement>(null);
  useEffect(() => {
    showTab(tabs.current, document.getElementById(tabId(view)));
    // A view chosen by its keys takes the focus along from tab to tab.
    if (tabs.current?.contains(document.activeElement)) {
      document.getElementById(tabId(view))?.focus({ preventScroll: true });
    }
  }, [view]);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const at = VIEWS.findIndex((one) => one.view === view);
    const next = VIEWS[(at + step + VIEWS.length) % VIEWS.length];
    if (next === undefined) return;
    setView(next.view);
  };
  return (
    <div ref={tabs} className="view-tabs" role="tablist" aria-label="Views" onKeyDown={onKeyDown}>
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
