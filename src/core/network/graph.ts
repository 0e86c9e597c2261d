import type { Size2d } from "./size2d.ts";

/**
 * The part of a network's graph that decides map sizes, in one vocabulary for all
 * formats: each reader translates its own operators into these, and sizes, roles
 * and skip connections are derived once (`sizes.ts`, `roles.ts`, `skips.ts`).
 */
export interface Graph {
  /** Where the spatial axes stand in 4-D tensors: (N,C,H,W) or (N,H,W,C). */
  readonly layout: "channelsFirst" | "channelsLast";
  /** In an order of execution: a node's inputs have smaller indexes. */
  readonly nodes: readonly GraphNode[];
}

export interface GraphNode {
  readonly name: string;
  readonly operation: Operation;
  /** Indexes of the nodes whose output this one takes; null where there is none. */
  readonly inputs: readonly (number | null)[];
}

/** Axis lengths of a tensor; null where the file leaves one open. */
export type Dimensions = readonly (number | null)[];

/** Spatial padding in pixels; `same` pads so that output = ceil(input / stride). */
export type Padding =
  | { readonly kind: "explicit"; readonly before: Size2d; readonly after: Size2d }
  | {
      readonly kind: "same";
      /** Where the greater half of an odd number goes; left out: behind, as in TensorFlow. */
      readonly odd?: "before";
    };

export type Operation =
  /** An image input. `dimensions` as the file states them, batch axis included. */
  | { readonly kind: "input"; readonly dimensions: Dimensions }
  /** A stored tensor. `value` only for short integer vectors (shape arithmetic). */
  | {
      readonly kind: "constant";
      readonly dimensions: Dimensions;
      readonly value: readonly number[] | null;
    }
  | {
      readonly kind: "convolution";
      readonly kernelSize: Size2d;
      readonly stride: Size2d;
      readonly dilation: Size2d;
      readonly padding: Padding;
      readonly outChannels: number;
    }
  | {
      readonly kind: "transposedConvolution";
      readonly kernelSize: Size2d;
      readonly stride: Size2d;
      readonly dilation: Size2d;
      readonly padding: Padding;
      readonly outputPadding: Size2d;
      /** Explicit output size where the file gives one; wins over the rest. */
      readonly outputSize: Size2d | null;
      readonly outChannels: number;
    }
  | {
      readonly kind: "pool";
      readonly window: Size2d;
      readonly stride: Size2d;
      readonly dilation: Size2d;
      readonly padding: Padding;
      readonly roundUp: boolean;
    }
  /** Reduces the spatial axes to 1 x 1. */
  | { readonly kind: "globalPool" }
  /**
   * Resampling by `scale` or to `size`; with both null the size or scale comes from
   * the value of the input number `valueInput` (`valueMeans` says which): for height and
   * width or for all four axes, a `shape` for all four axes only.
   */
  | {
      readonly kind: "resize";
      readonly scale: Size2d | null;
      readonly size: Size2d | null;
      readonly valueInput: number | null;
      readonly valueMeans: "scales" | "sizes" | "shape";
    }
  /** Pads the spatial axes; negative numbers crop. */
  | { readonly kind: "pad"; readonly before: Size2d; readonly after: Size2d }
  /** The same by the value of its second input: before each of the four axes, then after each. */
  | { readonly kind: "computedPad" }
  /** Joins tensors (or, for shape vectors, values) along `axis` (negative counts from the end). */
  | { readonly kind: "concatenate"; readonly axis: number }
  /** Sum, product, activation, normalisation, identity: broadcast of its inputs. */
  | { readonly kind: "elementwise" }
  /** Arithmetic on shape vectors, as exporters write it before a resize, reshape or pad. */
  | { readonly kind: "shapeOf" }
  /** One number throughout a tensor whose shape its input holds. */
  | { readonly kind: "fill" }
  /** Gives a shape vector other axes: 0 keeps one, -1 takes what is left. */
  | { readonly kind: "reshapeVector"; readonly axes: readonly number[] }
  | { readonly kind: "gather"; readonly axis: number }
  | {
      readonly kind: "slice";
      readonly starts: readonly number[];
      readonly ends: readonly number[];
      readonly axes: readonly number[];
      readonly steps: readonly number[];
    }
  /** The same of maps, from and to the values of its second and third input. */
  | {
      readonly kind: "computedSlice";
      readonly axes: readonly number[];
      readonly steps: readonly number[];
    }
  | {
      readonly kind: "arithmetic";
      readonly operator: "add" | "subtract" | "multiply" | "divide" | "floor" | "ceil" | "identity";
    }
  | { readonly kind: "transpose"; readonly permutation: readonly number[] }
  /** Anything else: the size of its output is not known. */
  | { readonly kind: "opaque"; readonly operator: string };
