/**
 * Kernels that a person chose together, as a description and not as a list of them: it is small
 * plain JSON (for the address, the history and the picture's session), and it keeps its meaning
 * when settings change. Layers are named, not numbered; channels count over the whole layer.
 */
export type KernelGroup =
  /** A cluster of a layer; 0 is the largest. */
  | { readonly kind: "cluster"; readonly layer: string; readonly cluster: number }
  /** Kernels that act like a feature (its id) or like none ("indeterminate"); null: of all layers. */
  | { readonly kind: "label"; readonly layer: string | null; readonly label: string }
  /** Kernels whose numbers are nearest to a feature's; null: of all layers. */
  | { readonly kind: "nearest"; readonly layer: string | null; readonly feature: string }
  /** Kernels that read one input channel, or write one output channel. */
  | {
      readonly kind: "channel";
      readonly layer: string;
      readonly side: ChannelSide;
      readonly channel: number;
    }
  /** Kernels inside a drawn outline in the plane of two principal axes. */
  | {
      readonly kind: "region";
      readonly layer: string;
      /** Indexes of the principal axes, across and up. */
      readonly axes: readonly [number, number];
      /** x, y, x, y, ... of the outline in scores; it closes itself. */
      readonly polygon: readonly number[];
    }
  /** Kernels picked one by one; numbers as in `ConvolutionLayer.kernels`. */
  | { readonly kind: "kernels"; readonly layer: string; readonly kernels: readonly number[] };

export type ChannelSide = "in" | "out";

/** Label of kernels that are like none of the features; no feature can have it as its id. */
export const INDETERMINATE_ID = "indeterminate";

/** True if both describe the same kernels in the same way. */
export function isSameGroup(a: KernelGroup | null, b: KernelGroup | null): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
