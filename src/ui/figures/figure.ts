import type { Box } from "./labelPlacement.ts";
import type { Picture, SvgNode } from "./svg.ts";

/** Where a layer is drawn, in CSS pixels of the figure. */
export interface FigureCell extends Box {
  /** Index in `Analysis.layers`. */
  readonly layer: number;
}

/** A picture in which layers can be pointed at. */
export interface Figure extends Picture {
  readonly cells: readonly FigureCell[];
}

/** Part of a picture and how much height it takes. */
export interface Block {
  readonly nodes: readonly SvgNode[];
  readonly height: number;
}

/** Where a block may be drawn: its upper left corner and its width. */
export interface BlockSpace {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}
