import type { Size2d } from "../network/size2d.ts";

/**
 * The frequencies (v, u) of a map that decide the rest: weights are real, so the matrix at
 * (-v, -u) is the conjugate of that at (v, u) and has the same singular values.
 */
export interface HalfPlane {
  readonly map: Size2d;
  readonly count: number;
  readonly rows: Uint32Array;
  readonly columns: Uint32Array;
  /** 2, or 1 where a frequency is its own mirror image; they add up to height * width. */
  readonly multiplicity: Uint8Array;
}

export function halfPlane(map: Size2d): HalfPlane {
  const [height, width] = map;
  const count = halfPlaneCount(map);
  const rows = new Uint32Array(count);
  const columns = new Uint32Array(count);
  const multiplicity = new Uint8Array(count);
  let at = 0;
  for (let u = 0; u <= Math.floor(width / 2); u++) {
    const isOwnColumn = (2 * u) % width === 0;
    const lastRow = isOwnColumn ? Math.floor(height / 2) : height - 1;
    for (let v = 0; v <= lastRow; v++) {
      rows[at] = v;
      columns[at] = u;
      multiplicity[at] = isOwnColumn && (2 * v) % height === 0 ? 1 : 2;
      at++;
    }
  }
  return { map, count, rows, columns, multiplicity };
}

/** How many frequencies the half plane of a map has. */
export function halfPlaneCount([height, width]: Size2d): number {
  const ownColumns = width % 2 === 0 ? 2 : 1;
  const otherColumns = Math.floor(width / 2) + 1 - ownColumns;
  // A map of one column has one own column, of two columns two.
  return ownColumns * (Math.floor(height / 2) + 1) + otherColumns * height;
}
