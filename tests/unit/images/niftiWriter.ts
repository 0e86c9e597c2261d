export interface NiftiWritten {
  readonly size: readonly number[];
  /** Of nifti1.h. */
  readonly datatype: number;
  /** Voxels as the file stores them, little endian. */
  readonly voxels: Uint8Array;
  readonly version?: 1 | 2;
  readonly isBigEndian?: boolean;
  /** Bytes of a number, to be turned round in big-endian files. */
  readonly width?: 1 | 2 | 4 | 8;
  readonly slope?: number;
  readonly intercept?: number;
  readonly displayed?: readonly [low: number, high: number];
  readonly spacing?: readonly number[];
  readonly sform?: readonly (readonly [number, number, number, number])[];
  readonly quaternion?: readonly number[];
  readonly qfac?: number;
}

const LAYOUTS = {
  1: {
    bytes: 352,
    dim: 40,
    type: 70,
    pixdim: 76,
    offset: 108,
    slope: 112,
    cal: 124,
    codes: 252,
    quatern: 256,
    rows: 280,
  },
  2: {
    bytes: 544,
    dim: 16,
    type: 12,
    pixdim: 104,
    offset: 168,
    slope: 176,
    cal: 192,
    codes: 344,
    quatern: 352,
    rows: 400,
  },
} as const;

/** A NIfTI file, written by the tables of nifti1.h and nifti2.h. */
export function niftiBytes(written: NiftiWritten): Uint8Array<ArrayBuffer> {
  const version = written.version ?? 1;
  const isLittle = written.isBigEndian !== true;
  const layout = LAYOUTS[version];
  const bytes = new Uint8Array(layout.bytes + written.voxels.length);
  const view = new DataView(bytes.buffer);
  const count = (at: number, index: number, value: number) =>
    version === 1
      ? view.setInt16(at + 2 * index, value, isLittle)
      : view.setBigInt64(at + 8 * index, BigInt(value), isLittle);
  const real = (at: number, index: number, value: number) =>
    version === 1
      ? view.setFloat32(at + 4 * index, value, isLittle)
      : view.setFloat64(at + 8 * index, value, isLittle);
  const code = (index: number, value: number) =>
    version === 1
      ? view.setInt16(layout.codes + 2 * index, value, isLittle)
      : view.setInt32(layout.codes + 4 * index, value, isLittle);
  view.setInt32(0, version === 1 ? 348 : 540, isLittle);
  const magic = version === 1 ? "n+1\0" : "n+2\0\r\n\x1a\n";
  bytes.set(
    [...magic].map((letter) => letter.charCodeAt(0)),
    version === 1 ? 344 : 4,
  );
  count(layout.dim, 0, written.size.length);
  for (const [axis, length] of written.size.entries()) count(layout.dim, axis + 1, length);
  view.setInt16(layout.type, written.datatype, isLittle);
  real(layout.pixdim, 0, written.qfac ?? 1);
  for (const [axis, distance] of (written.spacing ?? [1, 1, 1]).entries()) {
    real(layout.pixdim, axis + 1, distance);
  }
  if (version === 1) view.setFloat32(layout.offset, layout.bytes, isLittle);
  else view.setBigInt64(layout.offset, BigInt(layout.bytes), isLittle);
  real(layout.slope, 0, written.slope ?? 0);
  real(layout.slope, 1, written.intercept ?? 0);
  const [low, high] = written.displayed ?? [0, 0];
  real(layout.cal, 0, high);
  real(layout.cal, 1, low);
  if (written.quaternion !== undefined) {
    code(0, 1);
    for (const [index, value] of written.quaternion.entries()) real(layout.quatern, index, value);
  }
  if (written.sform !== undefined) {
    code(1, 1);
    for (const [index, value] of written.sform.flat().entries()) real(layout.rows, index, value);
  }
  bytes.set(isLittle ? written.voxels : turned(written.voxels, written.width ?? 1), layout.bytes);
  return bytes;
}

function turned(bytes: Uint8Array, width: number): Uint8Array {
  return bytes.map((_, at) => bytes[at - (at % width) + width - 1 - (at % width)]);
}
