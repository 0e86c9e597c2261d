import { ConvAtlasError } from "../errors.ts";
import type { ConvolutionLayer } from "../network/network.ts";
import type { Size2d } from "../network/size2d.ts";
import type { Pace } from "./pace.ts";

/** What is needed of a layer to know its operator. */
export type OperatorLayer = Pick<
  ConvolutionLayer,
  | "name"
  | "operator"
  | "kernelSize"
  | "inChannels"
  | "outChannels"
  | "groups"
  | "stride"
  | "dilation"
  | "kernels"
>;

/**
 * A layer rewritten, without any approximation, as a convolution of stride 1 and dilation 1
 * that has the same singular values. All the mathematics of this folder is done on this form.
 *
 * - Stride s: only outputs at multiples of s are kept. Sorting inputs and taps by their
 *   position modulo s (the polyphase form; Vaidyanathan, Multirate Systems and Filter Banks,
 *   1993, section 4.3) gives a layer of stride 1 with s times the channels on the strided
 *   side, per direction, on a map of 1/s the side. Inputs are only permuted.
 * - Dilation d (at stride 1): the taps see the angles d v 2 pi / n, and with g = gcd(d, n) the
 *   numbers d v mod n are the multiples of g, each g times: the spectrum of the undilated
 *   layer on a map of side n / g, g times over.
 * - A transposed convolution is the adjoint of the convolution with the same kernels and the
 *   channels exchanged, and an operator and its adjoint have the same singular values.
 * - Matrices are transposed so that they have no more rows than columns, which changes
 *   singular values as little.
 */
export interface StrideOneForm {
  /** Blocks on the diagonal; inputs of one do not reach outputs of another. */
  readonly groups: number;
  /** Channels of a block on its smaller side: singular values per block and frequency. */
  readonly rows: number;
  readonly columns: number;
  readonly kernelSize: Size2d;
  /** Weights, groups * rows * taps * columns, in units of `scale`; at most 1 in magnitude. */
  readonly entries: Float64Array;
  /** A power of two, so that scaling is exact. */
  readonly scale: number;
  /** Map on which the form works: its frequencies are those of the layer. */
  readonly map: Size2d;
  /** How often every singular value occurs in the layer for once in the form. */
  readonly copies: number;
  /** Map that the layer receives: the grid, enlarged to a multiple of the stride if need be. */
  readonly inputMap: Size2d;
}

/** What a weight costs to put in its place, most of it waiting for memory. */
const OPERATIONS_PER_WEIGHT = 10;

interface Axis {
  readonly phases: number;
  readonly kernelSide: number;
  readonly mapSide: number;
  readonly copies: number;
  readonly inputSide: number;
  readonly phaseOf: (tap: number) => number;
  readonly indexOf: (tap: number) => number;
}

/**
 * @param grid map that the layer receives.
 * @returns null if all weights are 0: there is nothing to scale.
 * @throws ConvAtlasError `malformed` if a weight is not finite; `cancelled`.
 */
export async function strideOneForm(
  layer: OperatorLayer,
  grid: Size2d,
  pace: Pace,
): Promise<StrideOneForm | null> {
  const scale = scaleOf(layer);
  if (scale === null) return null;
  const axes = [axisOf(layer, grid, 0), axisOf(layer, grid, 1)] as const;
  const { groups } = layer;
  const outputs = layer.outChannels / groups;
  const inputs = layer.inChannels / groups;
  const phases = axes[0].phases * axes[1].phases;
  const isTransposed = layer.operator === "ConvTranspose2d";
  const left = isTransposed ? outputs * phases : outputs;
  const right = isTransposed ? inputs : inputs * phases;
  const rows = Math.min(left, right);
  const columns = Math.max(left, right);
  const kernelSize: Size2d = [axes[0].kernelSide, axes[1].kernelSide];
  const taps = kernelSize[0] * kernelSize[1];
  const entries = new Float64Array(groups * rows * taps * columns);
  const { phaseOf, tapOf } = placesOf(layer.kernelSize, axes);
  const perSlice = phaseOf.length;
  for (let slice = 0; slice * perSlice < layer.kernels.length; slice++) {
    const output = Math.floor(slice / inputs);
    const group = Math.floor(output / outputs);
    const out = output % outputs;
    const from = slice % inputs;
    for (let entry = 0; entry < perSlice; entry++) {
      const phase = phaseOf[entry];
      const leftAt = isTransposed ? out * phases + phase : out;
      const rightAt = isTransposed ? from : from * phases + phase;
      const row = left <= right ? leftAt : rightAt;
      const column = left <= right ? rightAt : leftAt;
      const at = ((group * rows + row) * taps + tapOf[entry]) * columns + column;
      entries[at] = layer.kernels[slice * perSlice + entry] / scale;
    }
    if (pace.spend(OPERATIONS_PER_WEIGHT * perSlice)) await pace.breathe();
  }
  return {
    groups,
    rows,
    columns,
    kernelSize,
    entries,
    scale,
    map: [axes[0].mapSide, axes[1].mapSide],
    copies: axes[0].copies * axes[1].copies,
    inputMap: [axes[0].inputSide, axes[1].inputSide],
  };
}

/** Phase and tap in the form of every entry of a kernel, row by row. */
function placesOf([height, width]: Size2d, [vertical, horizontal]: readonly [Axis, Axis]) {
  const phaseOf = new Int32Array(height * width);
  const tapOf = new Int32Array(height * width);
  for (let a = 0; a < height; a++) {
    for (let b = 0; b < width; b++) {
      const entry = a * width + b;
      phaseOf[entry] = vertical.phaseOf(a) * horizontal.phases + horizontal.phaseOf(b);
      tapOf[entry] = vertical.indexOf(a) * horizontal.kernelSide + horizontal.indexOf(b);
    }
  }
  return { phaseOf, tapOf };
}

/** The smallest power of two that no |weight| exceeds; null if all are 0. */
function scaleOf({ kernels, name }: OperatorLayer): number | null {
  let largest = 0;
  for (const weight of kernels) {
    if (!Number.isFinite(weight)) {
      throw new ConvAtlasError(
        "malformed",
        `The layer ${name} holds weights that are not finite numbers, so it has no singular values; choose another layer.`,
      );
    }
    largest = Math.max(largest, Math.abs(weight));
  }
  return largest === 0 ? null : 2 ** Math.ceil(Math.log2(largest));
}

function axisOf(layer: OperatorLayer, grid: Size2d, direction: 0 | 1): Axis {
  const kernelSide = layer.kernelSize[direction];
  const stride = layer.stride[direction];
  const dilation = layer.dilation[direction];
  const side = grid[direction];
  if (stride === 1) {
    const copies = greatestCommonDivisor(dilation, side);
    return {
      phases: 1,
      kernelSide,
      mapSide: side / copies,
      copies,
      inputSide: side,
      phaseOf: () => 0,
      indexOf: (tap) => tap,
    };
  }
  // A map whose side the stride does not divide is not periodic after the stride: the next
  // larger one is taken, and named. What a transposed layer receives is the strided side.
  const mapSide = layer.operator === "ConvTranspose2d" ? side : Math.ceil(side / stride);
  return {
    phases: stride,
    kernelSide: Math.floor((dilation * (kernelSide - 1)) / stride) + 1,
    mapSide,
    copies: 1,
    inputSide: layer.operator === "ConvTranspose2d" ? side : mapSide * stride,
    phaseOf: (tap) => (dilation * tap) % stride,
    indexOf: (tap) => Math.floor((dilation * tap) / stride),
  };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
