import { finiteFloat32 } from "../finiteFloat32.ts";
import type { Picture, ValueWindow } from "../image.ts";
import { MAX_PICTURE_VALUES } from "../imageLimits.ts";
import type { NiftiHeader } from "./header.ts";
import type { PatientAxis, SliceAxes } from "./orientation.ts";
import type { VoxelArray } from "./voxelTypes.ts";

/** Slices thicker than this many pixels are not stretched to their height: little would be seen. */
const MAX_STRETCH = 16;
/** Spacings that differ by less are the same but for rounding. */
const SAME_SPACING = 1.01;

/** Voxels of one volume, and what they mean. */
export interface Volume {
  readonly header: NiftiHeader;
  readonly voxels: VoxelArray;
  /** Finite values, slope and intercept applied. */
  readonly range: ValueWindow;
  /** Numbers that are not finite. */
  readonly notFinite: number;
}

/** Finds the range; one pass over all voxels. */
export function volumeOf(header: NiftiHeader, voxels: VoxelArray): Volume {
  const isBig = voxels instanceof BigInt64Array || voxels instanceof BigUint64Array;
  const { low, high, notFinite } = isBig ? bigExtremes(voxels) : extremes(voxels);
  if (low > high) return { header, voxels, range: { low: 0, high: 0 }, notFinite };
  const ends = [valueOfVoxel(header, low), valueOfVoxel(header, high)];
  return {
    header,
    voxels,
    range: { low: Math.min(...ends), high: Math.max(...ends) },
    notFinite,
  };
}

/** Smallest and largest of the finite numbers, and how many are not. */
function extremes(voxels: Exclude<VoxelArray, BigInt64Array | BigUint64Array>) {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let notFinite = 0;
  for (let index = 0; index < voxels.length; index += 1) {
    const number = voxels[index];
    // NaN and infinities alone differ from themselves when they are taken from themselves.
    if (number - number !== 0) {
      notFinite += 1;
    } else {
      if (number < low) low = number;
      if (number > high) high = number;
    }
  }
  return { low, high, notFinite };
}

function bigExtremes(voxels: BigInt64Array | BigUint64Array) {
  let low = voxels[0];
  let high = voxels[0];
  for (let index = 1; index < voxels.length; index += 1) {
    const number = voxels[index];
    if (number < low) low = number;
    if (number > high) high = number;
  }
  return { low: Number(low), high: Number(high), notFinite: 0 };
}

/** Colours have no slope (nifti1.h, scl_slope). */
function valueOfVoxel({ slope, intercept, type }: NiftiHeader, number: number): number {
  return finiteFloat32(type.channels === 1 ? number * slope + intercept : number);
}

/** Pixels of a slice: those of the file, or as many of the coarser axis as make pixels square. */
export function sliceSize(
  { size, spacing, type }: NiftiHeader,
  { across, down }: SliceAxes,
): { width: number; height: number } {
  const [width, height] = [size[across.axis], size[down.axis]];
  const ratio = spacing[down.axis] / spacing[across.axis];
  const isSquare = ratio < SAME_SPACING && ratio > 1 / SAME_SPACING;
  if (isSquare || ratio > MAX_STRETCH || ratio < 1 / MAX_STRETCH) return { width, height };
  const square =
    ratio > 1
      ? { width, height: Math.round(height * ratio) }
      : { width: Math.round(width / ratio), height };
  const isTooLarge = square.width * square.height * type.channels > MAX_PICTURE_VALUES;
  return isTooLarge ? { width, height } : square;
}

/**
 * One slice. Voxels are repeated where they are not square, not mixed: a mask stays a mask.
 * @param index counts from inferior, posterior or left on.
 */
export function sliceOf(
  { header, voxels, range }: Volume,
  axes: SliceAxes,
  index: number,
): Picture {
  const { size, type } = header;
  const { width, height } = sliceSize(header, axes);
  const { channels } = type;
  const strides = [1, size[0], size[0] * size[1]];
  const columns = offsets(axes.across, width, size[axes.across.axis], strides);
  const rows = offsets(axes.down, height, size[axes.down.axis], strides);
  const last = size[axes.through.axis] - 1;
  const step = strides[axes.through.axis];
  const start = (axes.through.isAscending ? index : last - index) * step;
  const values = new Float32Array(width * height * channels);
  let place = 0;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const voxel = (start + rows[y] + columns[x]) * channels;
      for (let channel = 0; channel < channels; channel += 1) {
        const number = Number(voxels[voxel + channel]);
        values[place] = Number.isFinite(number) ? valueOfVoxel(header, number) : range.low;
        place += 1;
      }
    }
  }
  return { width, height, channels, values };
}

/** Where the pixels along one edge of the picture lie, in voxels from the volume's first. */
function offsets(
  { axis, isAscending }: PatientAxis,
  pixels: number,
  voxels: number,
  strides: readonly number[],
): Uint32Array {
  return Uint32Array.from({ length: pixels }, (_, pixel) => {
    const voxel = Math.min(voxels - 1, Math.floor(((pixel + 0.5) * voxels) / pixels));
    return (isAscending ? voxel : voxels - 1 - voxel) * strides[axis];
  });
}
