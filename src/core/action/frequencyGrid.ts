import type { Size2d } from "../network/size2d.ts";

/**
 * The half of an n_y x n_x frequency plane that decides the rest: a kernel is
 * real, so frequency -w has the same modulus as w. Rows v = 0 .. height-1,
 * columns u = 0 .. floor(width / 2); columns 0 and (for even widths) width / 2
 * are their own mirror image and count once, the others twice.
 */
export interface FrequencyGrid {
  readonly height: number;
  readonly width: number;
  /** Columns of the half plane: floor(width / 2) + 1. */
  readonly columns: number;
  /** height * columns. */
  readonly halfCount: number;
  /** height * width. */
  readonly fullCount: number;
  /** 1 or 2, one per column. */
  readonly multiplicity: Uint8Array;
  /** cos and sin of 2 pi v / height, one per row. */
  readonly rowCosine: Float64Array;
  readonly rowSine: Float64Array;
  /** cos and sin of 2 pi d u / width for d = 0 .. kernel width - 1, one per column. */
  readonly columnCosine: readonly Float64Array[];
  readonly columnSine: readonly Float64Array[];
}

/** Tables for kernels of up to `kernelWidth` columns on the grid (height, width). */
export function frequencyGrid(grid: Size2d, kernelWidth: number): FrequencyGrid {
  const [height, width] = grid;
  const columns = Math.floor(width / 2) + 1;
  const multiplicity = new Uint8Array(columns).fill(2);
  multiplicity[0] = 1;
  if (width % 2 === 0) multiplicity[columns - 1] = 1;

  const rowCosine = new Float64Array(height);
  const rowSine = new Float64Array(height);
  for (let v = 0; v < height; v++) {
    rowCosine[v] = Math.cos((2 * Math.PI * v) / height);
    rowSine[v] = Math.sin((2 * Math.PI * v) / height);
  }
  const columnCosine: Float64Array[] = [];
  const columnSine: Float64Array[] = [];
  for (let d = 0; d < kernelWidth; d++) {
    const cosine = new Float64Array(columns);
    const sine = new Float64Array(columns);
    for (let u = 0; u < columns; u++) {
      // The product is reduced first: the angle stays small and exact.
      const angle = (2 * Math.PI * ((d * u) % width)) / width;
      cosine[u] = Math.cos(angle);
      sine[u] = Math.sin(angle);
    }
    columnCosine.push(cosine);
    columnSine.push(sine);
  }
  return {
    height,
    width,
    columns,
    halfCount: height * columns,
    fullCount: height * width,
    multiplicity,
    rowCosine,
    rowSine,
    columnCosine,
    columnSine,
  };
}
