import type { ByteSource } from "../bytes/byteSource.ts";
import { streamOf } from "../bytes/streamOf.ts";
import { ConvAtlasError } from "../errors.ts";
import { damagedImage, truncatedImage } from "./damagedImage.ts";
import { holdsBytes } from "./holdsBytes.ts";
import type { SliceStack } from "./image.ts";
import type { ImageFormat } from "./imageFormat.ts";
import { MAX_PICTURE_VALUES, MAX_VOLUME_BYTES, requirePictureSize } from "./imageLimits.ts";
import { inflate } from "./inflate.ts";
import { NIFTI2_BYTES, type NiftiHeader, niftiKind, readHeader } from "./nifti/header.ts";
import {
  type AnatomicalPlane,
  ASSUMED_ORIENTATION,
  type Orientation,
  orientationOf,
  sliceAxes,
} from "./nifti/orientation.ts";
import { sliceOf, sliceSize, type Volume, volumeOf } from "./nifti/slices.ts";
import { voxelArray } from "./nifti/voxelTypes.ts";
import { requireSlice } from "./onePicture.ts";

const GZIP = [0x1f, 0x8b] as const;
/** Tilts below this are how patients lie; more is worth a remark. In degrees. */
const REMARKABLE_TILT = 5;
/** How browsers and Node say that packed bytes end too early. */
const ENDS_EARLY = /unexpected end|truncated|without reaching the stream end/i;
const PLANES: readonly AnatomicalPlane[] = ["axial", "coronal", "sagittal"];

/**
 * NIfTI-1 and NIfTI-2 in one file, packed by gzip or not. The format is a header of fixed size
 * and the voxels behind it. Slices are shown in the radiological convention
 * (`nifti/orientation.ts`).
 */
export const niftiFormat: ImageFormat = {
  id: "nifti",
  limits: { bytes: MAX_VOLUME_BYTES, pictureValues: MAX_PICTURE_VALUES },
  matches: async (source) => niftiKind(await headerBytes(source)) !== null,
  async read({ source }) {
    const header = readHeader(source.name, await headerBytes(source));
    const orientation = header.affine === null ? ASSUMED_ORIENTATION : orientationOf(header.affine);
    requireVolumeSize(source.name, header);
    const stacks = stacksOf(source.name, header, orientation);
    const voxels = await voxelBytes(source, header);
    const volume = volumeOf(header, voxelArray(voxels, header.type, header.isLittleEndian));
    return {
      format: "nifti",
      stacks,
      range: volume.range,
      window: windowOf(header),
      remarks: remarksOf(volume, orientation),
      numbers: null,
      async picture(plane, index) {
        requireSlice(stacks, plane, index);
        // No stack of this format is called `frame`, so that none gets here.
        return sliceOf(volume, sliceAxes(orientation, plane === "frame" ? "axial" : plane), index);
      },
    };
  },
};

/** As many first bytes as a header has, unpacked; fewer where there are none. */
async function headerBytes(source: ByteSource): Promise<Uint8Array> {
  if (!(await holdsBytes(source, 0, GZIP))) {
    return source.slice(0, Math.min(NIFTI2_BYTES, source.byteLength));
  }
  return (await inflate(streamOf(source), "gzip", NIFTI2_BYTES)).bytes;
}

function bytesOfVolume({ size, type }: NiftiHeader): number {
  return size[0] * size[1] * size[2] * type.channels * type.bytes;
}

function requireVolumeSize(name: string, header: NiftiHeader): void {
  const bytes = bytesOfVolume(header);
  if (bytes <= MAX_VOLUME_BYTES) return;
  throw new ConvAtlasError(
    "too-large",
    `One volume of ${name} is ${header.size.join(" x ")} voxels, ${Math.round(bytes / 2 ** 20)} MiB, more than the ${MAX_VOLUME_BYTES / 2 ** 20} MiB that are read here; save a part of it, or fewer bits per voxel.`,
  );
}

/** The first volume; of a packed file nothing behind it is unpacked. */
async function voxelBytes(
  source: ByteSource,
  header: NiftiHeader,
): Promise<Uint8Array<ArrayBuffer>> {
  const { name, byteLength } = source;
  const { voxelOffset } = header;
  const end = voxelOffset + bytesOfVolume(header);
  if (!(await holdsBytes(source, 0, GZIP))) {
    if (end > byteLength) throw tooFewVoxels(name, `${byteLength} of ${end} bytes`);
    return source.slice(voxelOffset, end);
  }
  const { bytes, failure } = await inflate(streamOf(source), "gzip", end);
  if (bytes.length < end) {
    const details = `${bytes.length} of ${end} bytes ${failure}`;
    // What gzip finds is a checksum or a code that is wrong, or the end of the file.
    if (failure !== "" && !ENDS_EARLY.test(failure)) {
      throw damagedImage(name, "its voxels cannot be unpacked", details);
    }
    throw tooFewVoxels(name, details);
  }
  if (failure !== "") throw damagedImage(name, "its voxels cannot be unpacked", failure);
  return bytes.subarray(voxelOffset);
}

function tooFewVoxels(name: string, details: string): ConvAtlasError {
  return truncatedImage(name, "it has fewer voxels than its header says", details);
}

/** All planes in which slices are more than a line; of a single slice its own plane alone. */
function stacksOf(
  name: string,
  header: NiftiHeader,
  orientation: Orientation,
): readonly SliceStack[] {
  const { channels } = header.type;
  const all = PLANES.map((plane) => {
    const axes = sliceAxes(orientation, plane);
    const { width, height } = sliceSize(header, axes);
    requirePictureSize(name, { width, height, channels });
    const isLine = header.size[axes.across.axis] === 1 || header.size[axes.down.axis] === 1;
    return { plane, count: header.size[axes.through.axis], isLine };
  });
  const areas = all.filter(({ isLine }) => !isLine);
  return (areas.length > 0 ? areas : all).map(({ plane, count }) => ({ plane, count }));
}

function windowOf({ displayed: { low, high }, type }: NiftiHeader) {
  if (type.channels > 1) return { low: 0, high: 255 };
  return Number.isFinite(low) && Number.isFinite(high) && low < high ? { low, high } : null;
}

function remarksOf({ header, notFinite }: Volume, { tilt }: Orientation): readonly string[] {
  const remarks: string[] = [];
  if (header.volumes > 1) {
    remarks.push(`This file holds ${header.volumes} volumes; the first is shown.`);
  }
  if (header.affine === null) {
    remarks.push(
      "This file does not tell directions; its axes are taken to run from left to right, posterior to anterior, and inferior to superior.",
    );
  }
  if (tilt > REMARKABLE_TILT) {
    remarks.push(
      `The slices run along the axes of the file, which are tilted by up to ${Math.round(tilt)} degrees against the patient.`,
    );
  }
  if (notFinite > 0) {
    remarks.push(
      `${notFinite} voxels hold no number (NaN or infinite); they are shown as the lowest value.`,
    );
  }
  return remarks;
}
