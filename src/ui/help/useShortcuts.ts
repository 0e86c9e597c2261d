import { useEffect } from "react";
import { exportResults } from "../export/exportResults.ts";
import { LAYER_SEARCH_ID } from "../layers/LayerList.tsx";
import { listedLayerNames, neighbourLayer } from "../layers/layerGroups.ts";
import {
  clearSelection,
  dismissError,
  redo,
  selectLayer,
  setHelp,
  setView,
  undo,
} from "../state/actions.ts";
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

function isInOtherDialog(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("dialog") !== null;
}

/** Undo and redo as everywhere else; outside of text fields the browser has no use for them. */
function onControlKey(event: KeyboardEvent): void {
  if (event.key.toLowerCase() !== "z") return;
  event.preventDefault();
  if (event.shiftKey) redo();
  else undo();
}

/** As the button does: it knows when there is nothing to export yet. */
function exportPicture(): void {
  document.querySelector<HTMLButtonElement>('[data-testid="export-figure"]')?.click();
}

/** The page's keys; they are listed in `keys.ts`. Browser keys are left alone. */
export function useShortcuts(): void {
  useEffect(() => {
    let sequenceStart = Number.NEGATIVE_INFINITY;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.altKey || event.defaultPrevented) return;
      const { helpIsOpen, correctionsAreOpen, featuresAreOpen } = pageStore.getState();
      const isInDialog = helpIsOpen || correctionsAreOpen || featuresAreOpen;
      if (isTyping(event.target) || isInDialog || isInOtherDialog(event.target)) return;
      if (event.ctrlKey || event.metaKey) {
        onControlKey(event);
        return;
      }
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
        case "u":
          undo();
          return;
        case "U":
          redo();
          return;
        case "e":
          exportPicture();
          return;
        case "E":
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
