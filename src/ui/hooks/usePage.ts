import { useStore } from "zustand";
import type { PageState } from "../state/pageState.ts";
import { pageStore } from "../state/pageStore.ts";

/** One slice of the page's state; `select` must return a value that the state holds. */
export function usePage<T>(select: (state: PageState) => T): T {
  return useStore(pageStore, select);
}
