import { useEffect } from "react";
import { exportResults } from "../export/exportResults.ts";
import { LAYER_SEARCH_ID } from "../layers/LayerList.tsx";
import { listedLayerNames, neighbourLayer } from "../layers/layerGroups.ts";
import { clearSelection, dismissError, selectLayer, setHelp, setView } from "../state/actions.ts";
import { analyses } from "../state/analyses.ts";
import { pageStore } from "../state/pageStore.ts";
import { VIEWS } from "../views/viewNames.ts";

/** After `g` the second key must come within this time, in milliseconds. */
const SEQUENCE_MS = 1500;

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, select, textarea") !== null;
}

function step(direction: 1 | -1): void {
  const { current, pending, selection, ...state } = pageStore.getState();
  const analysis = analyses.get(current ?? pending?.key ?? "");
  if (analysis === null) return;
  const names = listedLayerNames(analysis, {
    search: state.layerSearch,
    filter: state.layerFilter,
    sort: state.layerSort,
  });
  const name = neighbourLayer(names, selection.layer, direction);
  if (name === null) return;
  selectLayer(name);
  const card = [...document.querySelectorAll("[data-layer]")].find(
    (element) => element.getAttribute("data-layer") === name,
  );
  card?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function onEscape(): void {
  if (pageStore.getState().error !== null) dismissError();
  else clearSelection();
}

/** The page's keys; they are listed in `HelpDialog`. Browser keys are left alone. */
export function useShortcuts(): void {
  useEffect(() => {
    let sequenceStart = Number.NEGATIVE_INFINITY;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const { helpIsOpen, correctionsAreOpen } = pageStore.getState();
      if (isTyping(event.target) || helpIsOpen || correctionsAreOpen) return;
      const afterG = event.timeStamp - sequenceStart < SEQUENCE_MS;
      sequenceStart = Number.NEGATIVE_INFINITY;
      const view = afterG ? VIEWS.find((one) => one.key === event.key)?.view : undefined;
      if (view !== undefined) {
        setView(view);
        return;
      }
      switch (event.key) {
        case "g":
          sequenceStart = event.timeStamp;
          return;
        case "/":
          event.preventDefault();
          document.getElementById(LAYER_SEARCH_ID)?.focus();
          return;
        case "j":
          step(1);
          return;
        case "k":
          step(-1);
          return;
        case "e":
          void exportResults("json");
          return;
        case "?":
          setHelp(true);
          return;
        case "Escape":
          onEscape();
          return;
      }
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, []);
}
