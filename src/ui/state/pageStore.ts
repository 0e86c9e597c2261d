import { createStore, type StoreApi } from "zustand/vanilla";
import { DEFAULT_SETTINGS } from "../../core/analysis/settings.ts";
import { NO_FILTER } from "../layers/layerFilter.ts";
import { NOTHING_SELECTED, type PageState, type ThemeChoice } from "./pageState.ts";

export type PageStore = StoreApi<PageState>;

export const THEME_KEY = "convatlas-theme";

const FIRST_STATE: PageState = {
  phase: "idle",
  current: null,
  pending: null,
  error: null,
  view: "atlas",
  selection: NOTHING_SELECTED,
  settings: DEFAULT_SETTINGS,
  engine: "auto",
  theme: "system",
  colourBy: "cluster",
  layerSearch: "",
  layerFilter: NO_FILTER,
  layerSort: "network",
  helpIsOpen: false,
  correctionsAreOpen: false,
};

/** Storage may be switched off by the browser: then the page follows the system. */
export function storedTheme(storage: Pick<Storage, "getItem"> | undefined): ThemeChoice {
  try {
    const stored = storage?.getItem(THEME_KEY);
    return stored === "light" || stored === "dark" ? stored : "system";
  } catch {
    return "system";
  }
}

export function createPageStore(start: Partial<PageState> = {}): PageStore {
  return createStore<PageState>(() => ({ ...FIRST_STATE, ...start }));
}

/** The page's one store. */
export const pageStore = createPageStore({
  theme: storedTheme(typeof localStorage === "undefined" ? undefined : localStorage),
});
