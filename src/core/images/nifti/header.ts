import { damagedImage, truncatedImage, unsupportedImage } from "../damagedImage.ts";
import { type VoxelType, voxelType } from "./voxelTypes.ts";

export const NIFTI1_BYTES = 348;
export const NIFTI2_BYTES = 540;
/** Volumes beyond this many voxels along an axis are damaged headers. */
const MAX_AXIS = 2 ** 20;
/** Extensions may lie between header and voxels; they are text, and seldom long. */
const MAX_VOXEL_OFFSET = 2 ** 26;

/** Columns x, y, z, offset of the rows for x, y and z: voxel indexes to millimetres, RAS+. */
export type Affine = readonly [
  readonly [number, number, number, number],
  readonly [number, number, number, number],
  readonly [number, number, number, number],
];

/** What a NIfTI header says of the voxels; descriptions and names are not looked at. */
export interface NiftiHeader {
  readonly size: readonly [number, number, number];
  /** Of further axes (time and others) together. */
  readonly volumes: number;
  readonly type: VoxelType;
  readonly isLittleEndian: boolean;
  readonly voxelOffset: number;
  readonly slope: number;
  readonly intercept: number;
  readonly displayed: { readonly low: number; readonly high: number };
  /** Millimetres between voxels. */
  readonly spacing: readonly [number, number, number];
  /** Null where the file does not tell directions. */
  readonly affine: Affine | null;
}

export type NiftiKind =
  | "nifti1"
  | "nifti2"
  /** The header of a pair; the voxels are in a file of their own. */
  | "pair"
  /** ANALYZE 7.5, always a pair, without directions. */
  | "analyze";

/** Where the fields of both versions stand (nifti1.h, nifti2.h). */
interface Layout {
  readonly bytes: number;
  readonly dimensions: number;
  readonly datatype: number;
  readonly spacing: number;
  readonly voxelOffset: number;
  readonly slope: number;
  readonly displayed: number;
  readonly codes: number;
  readonly quaternion: number;
  readonly rows: number;
}

const NIFTI1: Layout = {
  bytes: NIFTI1_BYTES,
  dimensions: 40,
  datatype: 70,
  spacing: 76,
  voxelOffset: 108,
  slope: 112,
  displayed: 124,
  codes: 252,
  quaternion: 256,
  rows: 280,
};

const NIFTI2: Layout = {
  bytes: NIFTI2_BYTES,
  dimensions: 16,
  datatype: 12,
  spacing: 104,
  voxelOffset: 168,
  slope: 176,
  displayed: 192,
  codes: 344,
  quaternion: 352,
  rows: 400,
};

/** Looks at the first bytes of a file; null if they are no NIfTI header. */
export function niftiKind(bytes: Uint8Array): { kind: NiftiKind; isLittleEndian: boolean } | null {
  if (bytes.length < NIFTI1_BYTES) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const isLittleEndian of [true, false]) {
    const size = view.getInt32(0, isLittleEndian);
    if (size === NIFTI1_BYTES) {
      const magic = String.fromCharCode(...bytes.subarray(344, 348));
      if (magic === "n+1\0") return { kind: "nifti1", isLittleEndian };
      if (magic === "ni1\0") return { kind: "pair", isLittleEndian };
      const axes = view.getInt16(NIFTI1.dimensions, isLittleEndian);
      if (axes >= 1 && axes <= 7) return { kind: "analyze", isLittleEndian };
    }
    if (size === NIFTI2_BYTES) {
      const magic = String.fromCharCode(...bytes.subarray(4, 12));
      if (magic === "n+2\0\r\n\x1a\n") return { kind: "nifti2", isLittleEndian };
      if (magic === "ni2\0\r\n\x1a\n") return { kind: "pair", isLittleEndian };
    }
  }
  return null;
}

/** @throws ConvAtlasError `truncated`, `malformed` or `unsupported`. */
export function readHeader(name: string, bytes: Uint8Array): NiftiHeader {
  const found = niftiKind(bytes);
  if (found === null) throw damagedImage(name, "its NIfTI header cannot be read");
  const { kind, isLittleEndian } = found;
  if (kind === "pair" || kind === "analyze") {
    throw unsupportedImage(
      `${name} is the header of a pair, and the voxels are in an .img file beside it`,
      "save both as one .nii or .nii.gz file, for instance with “fslchfiletype NIFTI_GZ”",
      kind,
    );
  }
  const layout = kind === "nifti1" ? NIFTI1 : NIFTI2;
  if (bytes.length < layout.bytes) throw truncatedImage(name, "it ends within its header");
  return fieldsOf(
    name,
    fieldReader(bytes, isLittleEndian, kind === "nifti2"),
    layout,
    isLittleEndian,
  );
}

/** Numbers of the header: NIfTI-2 has 64 bits where NIfTI-1 has 16 and 32. */
function fieldReader(bytes: Uint8Array, isLittleEndian: boolean, isWide: boolean) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    isWide,
    short: (at: number) => view.getInt16(at, isLittleEndian),
    code: (at: number, index: number) =>
      isWide
        ? view.getInt32(at + 4 * index, isLittleEndian)
        : view.getInt16(at + 2 * index, isLittleEndian),
    count: (at: number, index: number) =>
      isWide
        ? Number(view.getBigInt64(at + 8 * index, isLittleEndian))
        : view.getInt16(at + 2 * index, isLittleEndian),
    real: (at: number, index: number) =>
      isWide
        ? view.getFloat64(at + 8 * index, isLittleEndian)
        : view.getFloat32(at + 4 * index, isLittleEndian),
  };
}

type FieldReader = ReturnType<typeof fieldReader>;

function fieldsOf(
  name: string,
  fields: FieldReader,
  layout: Layout,
  isLittleEndian: boolean,
): NiftiHeader {
  const axes = fields.count(layout.dimensions, 0);
  if (!(axes >= 1 && axes <= 7))
    throw damagedImage(name, `its header says that it has ${axes} axes`);
  const lengths = Array.from({ length: 7 }, (_, axis) =>
    axis < axes ? fields.count(layout.dimensions, axis + 1) : 1,
  );
  if (!lengths.every((length) => length >= 1 && length <= MAX_AXIS)) {
    throw damagedImage(
      name,
      `its header says that it has ${lengths.slice(0, axes).join(" x ")} voxels`,
    );
  }
  const [width, depth, height, ...more] = lengths;
  const spacing = [1, 2, 3].map((axis) => {
    const distance = Math.abs(fields.real(layout.spacing, axis));
    return Number.isFinite(distance) && distance > 0 ? distance : 1;
  });
  return {
    size: [width, depth, height],
    volumes: more.reduce((product, length) => product * length, 1),
    type: voxelType(name, fields.short(layout.datatype)),
    isLittleEndian,
    voxelOffset: voxelOffset(name, fields, layout),
    ...scalingOf(fields, layout),
    displayed: {
      high: fields.real(layout.displayed, 0),
      low: fields.real(layout.displayed, 1),
    },
    spacing: [spacing[0], spacing[1], spacing[2]],
    affine: affineOf(fields, layout, spacing),
  };
}

function voxelOffset(name: string, fields: FieldReader, layout: Layout): number {
  const written = fields.isWide
    ? fields.count(layout.voxelOffset, 0)
    : fields.real(layout.voxelOffset, 0);
  // 0 is written by programs that mean "behind the header", which four bytes end.
  const offset = written === 0 ? layout.bytes + 4 : written;
  if (Number.isInteger(offset) && offset >= layout.bytes && offset <= MAX_VOXEL_OFFSET)
    return offset;
  throw damagedImage(name, "its header says that the voxels start where they cannot", `${written}`);
}

/** A slope of 0 says that there is none. */
function scalingOf(fields: FieldReader, layout: Layout) {
  const slope = fields.real(layout.slope, 0);
  const intercept = fields.real(layout.slope, 1);
  if (slope === 0 || !Number.isFinite(slope)) return { slope: 1, intercept: 0 };
  return { slope, intercept: Number.isFinite(intercept) ? intercept : 0 };
}

/**
 * The sform if there is one, else the qform (nifti1.h, methods 3 and 2). Files that state an sform
 * and leave it empty are read by their qform.
 */
function affineOf(fields: FieldReader, layout: Layout, spacing: readonly number[]): Affine | null {
  const [qformCode, sformCode] = [fields.code(layout.codes, 0), fields.code(layout.codes, 1)];
  const sform = sformCode > 0 ? rowsAffine(fields, layout) : null;
  if (sform !== null && isInvertible(sform)) return sform;
  const qform = qformCode > 0 ? quaternionAffine(fields, layout, spacing) : null;
  return qform !== null && isInvertible(qform) ? qform : null;
}

function rowsAffine(fields: FieldReader, layout: Layout): Affine {
  const row = (first: number): Affine[number] => [
    fields.real(layout.rows, first),
    fields.real(layout.rows, first + 1),
    fields.real(layout.rows, first + 2),
    fields.real(layout.rows, first + 3),
  ];
  return [row(0), row(4), row(8)];
}

/** nifti1.h, "QUATERNION REPRESENTATION OF ROTATION MATRIX". */
function quaternionAffine(
  fields: FieldReader,
  layout: Layout,
  [dx, dy, dz]: readonly number[],
): Affine {
  const [b, c, d, x, y, z] = Array.from({ length: 6 }, (_, index) =>
    fields.real(layout.quaternion, index),
  );
  const a = Math.sqrt(Math.max(0, 1 - b * b - c * c - d * d));
  const handed = fields.real(layout.spacing, 0) < 0 ? -dz : dz;
  return [
    [
      (a * a + b * b - c * c - d * d) * dx,
      2 * (b * c - a * d) * dy,
      2 * (b * d + a * c) * handed,
      x,
    ],
    [
      2 * (b * c + a * d) * dx,
      (a * a + c * c - b * b - d * d) * dy,
      2 * (c * d - a * b) * handed,
      y,
    ],
    [
      2 * (b * d - a * c) * dx,
      2 * (c * d + a * b) * dy,
      (a * a + d * d - b * b - c * c) * handed,
      z,
    ],
  ];
}

function isInvertible([r, a, s]: Affine): boolean {
  const determinant =
    r[0] * (a[1] * s[2] - a[2] * s[1]) -
    r[1] * (a[0] * s[2] - a[2] * s[0]) +
    r[2] * (a[0] * s[1] - a[1] * s[0]);
  return Number.isFinite(determinant) && determinant !== 0;
}
