import { useStore } from "zustand";
import { createStore, type StoreApi } from "zustand/vanilla";
import { CLOSED_LAB, type LabState } from "./labState.ts";

export type LabStore = StoreApi<LabState>;

export function createLabStore(): LabStore {
  return createStore<LabState>()(() => CLOSED_LAB);
}

/** The page's one lab, as far as it is plain JSON. */
export const labStore = createLabStore();

/** One slice of the lab's state; `select` must return a value that the state holds. */
export function useLab<T>(select: (state: LabState) => T): T {
  return useStore(labStore, select);
}
