import { useSyncExternalStore } from "react";
import type { HeldMaps } from "./heldMaps.ts";
import { pageLab } from "./pageLab.ts";

/** The arrays that are on screen. */
export function useHeldMaps(): HeldMaps {
  return useSyncExternalStore(pageLab.held.subscribe, pageLab.held.get);
}
