import type { KeyboardEvent } from "react";
import type { AnalysedLayer } from "../../core/analysis/analysis.ts";
import { clearSelection, selectGroup, selectKernel } from "../state/actions.ts";
import { pageStore } from "../state/pageStore.ts";
import { type Direction, directionOfKey, mostTypicalKernel, nextKernel } from "./cursor.ts";
import { withPicked } from "./pickedKernels.ts";
import type { ScorePlane } from "./scorePlane.ts";
import type { Pointing } from "./usePointing.ts";

export interface PlotKeys {
  readonly layer: AnalysedLayer;
  readonly kernel: number | null;
  readonly pointing: Pointing;
  /** What is left, right, up and down. */
  readonly plane: ScorePlane;
  /** Where the first arrow key goes to. */
  readonly start: () => number | null;
  /** What Alt with an arrow key does; null: nothing. */
  readonly turn: ((direction: Direction) => void) | null;
}

/** Adds a kernel to those picked one by one, or lets go of it. */
export function togglePicked(layer: string, kernel: number): void {
  selectGroup(withPicked(pageStore.getState().selection, layer, kernel));
}

/** Answers a key pressed on the plot itself. */
export function onPlotKey(event: KeyboardEvent<HTMLElement>, keys: PlotKeys): void {
  // Buttons inside the plot have keys of their own.
  if (event.target !== event.currentTarget) return;
  const { layer, pointing } = keys;
  const { name } = layer.description;
  const direction = directionOfKey(event.key);
  if (direction !== null) {
    if (event.altKey && keys.turn === null) return;
    event.preventDefault();
    if (event.altKey) keys.turn?.(direction);
    else step(direction, keys);
    return;
  }
  switch (event.key) {
    case "Home":
      event.preventDefault();
      pointing.moveTo(mostTypicalKernel(layer));
      return;
    case " ":
    case "Enter": {
      if (pointing.cursor === null) return;
      event.preventDefault();
      const picks = event.key === " " || event.ctrlKey || event.metaKey;
      if (picks) togglePicked(name, pointing.cursor);
      else selectKernel(name, pointing.cursor);
      return;
    }
    case "Escape":
      event.stopPropagation();
      if (pointing.pointed === null) clearSelection();
      pointing.letGo();
      return;
  }
}

function step(direction: Direction, { layer, kernel, pointing, plane, start }: PlotKeys): void {
  const from = pointing.cursor ?? kernel;
  const { scores } = layer.values;
  pointing.moveTo(from === null ? start() : nextKernel(scores, from, direction, plane));
}
