import type { ViewName } from "../state/choices.ts";

export interface ViewWords {
  readonly view: ViewName;
  readonly title: string;
  /** Second key after `g`. */
  readonly key: string;
}

/** The views in the order of their tabs. */
export const VIEWS: readonly ViewWords[] = [
  { view: "atlas", title: "Atlas", key: "a" },
  { view: "layer", title: "Layer", key: "l" },
  { view: "labels", title: "Filters per layer", key: "s" },
  { view: "table", title: "Table", key: "t" },
  { view: "compare", title: "Compare", key: "c" },
  { view: "lab", title: "Image lab", key: "i" },
  { view: "report", title: "Report", key: "r" },
];

export function tabId(view: ViewName): string {
  return `tab-${view}`;
}

export const VIEW_PANEL_ID = "view-panel";
