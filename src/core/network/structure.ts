import type { Size2d } from "./size2d.ts";

/** Grids above this side hold over a million values per kernel and change no distance by 1e-4. */
export const LARGEST_GRID = 1024;

/** The features are 3x3. */
export const SMALLEST_GRID = 3;

/** Largest input image side that is taken for real; the largest slide scanners stay below. */
export const LARGEST_INPUT_SIZE = 65_536;

/** Half of the network a layer belongs to. */
export type Role = "encoder" | "bottleneck" | "decoder" | "other";

/** Where a layer works: its half of the network and the map it receives. */
export interface LayerPlace {
  readonly role: Role;
  /** `user`: a person corrected it. */
  readonly roleSource: "graph" | "guess" | "user";
  /**
   * Size of the map that the layer receives; each side at least the kernel's and the
   * features', and at most `LARGEST_GRID`.
   */
  readonly grid: Size2d;
  readonly gridSource: "graph" | "settings" | "default";
}

/** Layer `from` hands its map past the deeper layers to layer `to` (layer indexes). */
export interface SkipConnection {
  readonly from: number;
  readonly to: number;
}

/** On what roles rest that no graph tells, and how far they can be trusted. */
export interface RoleGuess {
  readonly basis: "names" | "channels" | "nothing";
  readonly confidence: "high" | "medium" | "low" | "none";
}

export interface Structure {
  /** One per layer of the network. */
  readonly places: readonly LayerPlace[];
  readonly skips: readonly SkipConnection[];
  /** Size of the input image used; null where no graph says. */
  readonly inputSize: Size2d | null;
  /** True if the file leaves the input size open and the settings decided it. */
  readonly inputSizeIsOpen: boolean;
  /** Null where the graph tells the roles. */
  readonly roleGuess: RoleGuess | null;
  /**
   * How often the map that each layer receives has been halved, as far as names and channel
   * numbers tell; empty where the graph tells the sizes themselves.
   */
  readonly levels: readonly (number | null)[];
  readonly warnings: readonly string[];
}
