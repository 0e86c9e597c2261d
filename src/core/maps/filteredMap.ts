import type { ConvolutionOperator } from "../network/network.ts";
import type { Size2d } from "../network/size2d.ts";

/** One channel of a picture or of a layer's maps. */
export interface ChannelMap {
  readonly height: number;
  readonly width: number;
  /** `height * width` numbers, row-major. */
  readonly values: Float32Array;
}

/** How a layer moves its kernels over a map. */
export interface KernelMovement {
  readonly operator: ConvolutionOperator;
  readonly kernelSize: Size2d;
  readonly stride: Size2d;
  readonly dilation: Size2d;
  /**
   * Rows of zeros above and columns of zeros left of the map; of a transposed convolution, rows
   * and columns that are cut off there. What is added on the other sides follows from `outputSize`.
   */
  readonly padding: Size2d;
  readonly outputSize: Size2d;
}

/**
 * What one kernel alone makes of one map, as its layer applies it: without bias, activation and
 * the kernels of other channels. A convolution is the cross-correlation that networks compute
 *
 *     out[y, x] = sum over r, c of K[r, c] in[y s - p + r d, x s - p + c d],
 *
 * a transposed one lays K, scaled by in[y, x], down at (y s - p, x s - p) and sums (Dumoulin and
 * Visin 2016, chapter 4).
 *
 * @param kernel row-major entries, as in `ConvolutionLayer.kernels`.
 * @throws RangeError where the map or the kernel has not the entries that its size asks for.
 */
export function filteredMap(
  input: ChannelMap,
  kernel: ArrayLike<number>,
  movement: KernelMovement,
): ChannelMap {
  const [kernelHeight, kernelWidth] = movement.kernelSize;
  if (kernel.length !== kernelHeight * kernelWidth) {
    throw new RangeError(`${kernel.length} entries of a kernel`);
  }
  if (input.values.length !== input.height * input.width) {
    throw new RangeError(`${input.values.length} numbers of a map`);
  }
  const [height, width] = movement.outputSize;
  const sums = new Float64Array(height * width);
  for (let row = 0; row < kernelHeight; row++) {
    for (let column = 0; column < kernelWidth; column++) {
      const weight = kernel[row * kernelWidth + column];
      if (weight !== 0) addEntry(input, weight, row, column, movement, sums);
    }
  }
  return { height, width, values: Float32Array.from(sums) };
}

/**
 * Adds what one entry of the kernel makes. It ties each place of the coarser map, the one that
 * the stride counts along, to one place of the finer: a convolution goes from fine to coarse, a
 * transposed one back.
 */
function addEntry(
  { height, width, values }: ChannelMap,
  weight: number,
  row: number,
  column: number,
  { operator, stride, dilation, padding, outputSize }: KernelMovement,
  sums: Float64Array,
): void {
  const isTransposed = operator === "ConvTranspose2d";
  const inputSize: Size2d = [height, width];
  const [coarse, fine] = isTransposed ? [inputSize, outputSize] : [outputSize, inputSize];
  const fromTop = row * dilation[0] - padding[0];
  const fromLeft = column * dilation[1] - padding[1];
  for (let y = 0; y < coarse[0]; y++) {
    const fineY = y * stride[0] + fromTop;
    if (fineY < 0 || fineY >= fine[0]) continue;
    for (let x = 0; x < coarse[1]; x++) {
      const fineX = x * stride[1] + fromLeft;
      if (fineX < 0 || fineX >= fine[1]) continue;
      const atCoarse = y * coarse[1] + x;
      const atFine = fineY * fine[1] + fineX;
      if (isTransposed) sums[atFine] += weight * values[atCoarse];
      else sums[atCoarse] += weight * values[atFine];
    }
  }
}
