import type { Picture } from "../../core/images/image.ts";
import type { Preprocessing } from "../../core/images/preprocessing.ts";
import type { Maps, PlacedMask, RunResult, SliceRef } from "../../worker/lab/protocol.ts";

/** A run of the network, and what it was run on. */
export interface HeldRun {
  readonly slice: SliceRef;
  readonly preprocessing: Preprocessing;
  readonly result: RunResult;
}

export interface HeldPicture {
  readonly slice: SliceRef;
  /** In small. */
  readonly picture: Picture;
}

/** The right answer for one run, on the pixels of one of its outputs. */
export interface HeldMask {
  readonly run: HeldRun;
  readonly output: Maps;
  readonly placed: PlacedMask;
}

/** The arrays of the lab that are on screen; megabytes, and so outside the store of plain JSON. */
export interface HeldMaps {
  /** The slice that is looked at, as its file has it. */
  readonly original: HeldPicture | null;
  readonly run: HeldRun | null;
  /** Of that run or of the one before; null without one. */
  readonly mask: HeldMask | null;
}

export const NOTHING_HELD: HeldMaps = { original: null, mask: null, run: null };

export interface HeldMapsRegistry {
  /** The same object until something changes. */
  get(): HeldMaps;
  set(change: Partial<HeldMaps>): void;
  subscribe(listener: () => void): () => void;
}

export function createHeldMaps(): HeldMapsRegistry {
  let held = NOTHING_HELD;
  const listeners = new Set<() => void>();
  return {
    get: () => held,
    set(change) {
      held = { ...held, ...change };
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export function isSameSlice(a: SliceRef | null, b: SliceRef | null): boolean {
  if (a === null || b === null) return a === b;
  return a.image === b.image && a.plane === b.plane && a.index === b.index;
}
