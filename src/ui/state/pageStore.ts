import { createStore, type StoreApi } from "zustand/vanilla";
import { NO_FILTER } from "../layers/layerFilter.ts";
import { FIRST_CHOICES } from "./choices.ts";
import { NO_HISTORY } from "./history.ts";
import type {
  ChromeSlice,
  ComparedSlice,
  HistorySlice,
  LayerListSlice,
  PageState,
  RunSlice,
  ThemeChoice,
} from "./pageState.ts";

export type PageStore = StoreApi<PageState>;

export const THEME_KEY = "convatlas-theme";

const FIRST_RUN: RunSlice = {
  phase: "idle",
  current: null,
  pending: null,
  error: null,
  engine: "auto",
  sample: null,
  waiting: null,
};

const NOTHING_COMPARED: ComparedSlice = { compared: null, toCompare: null };

const FIRST_LIST: LayerListSlice = {
  layerSearch: "",
  layerFilter: NO_FILTER,
  layerSort: "network",
};

const FIRST_CHROME: ChromeSlice = {
  theme: "system",
  helpIsOpen: false,
  correctionsAreOpen: false,
  featuresAreOpen: false,
};

const FIRST_HISTORY: HistorySlice = { history: NO_HISTORY };

const FIRST_STATE: PageState = {
  ...FIRST_RUN,
  ...FIRST_CHOICES,
  ...NOTHING_COMPARED,
  ...FIRST_LIST,
  ...FIRST_CHROME,
  ...FIRST_HISTORY,
};

/** Storage may be switched off by the browser: then the page follows the system. */
function storedTheme(storage: Pick<Storage, "getItem"> | undefined): ThemeChoice {
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
