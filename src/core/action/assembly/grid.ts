/**
 * The half of a height x width frequency plane that decides the rest: a kernel is real,
 * so frequency -w has the same modulus as w. Rows v = 0 .. floor(height / 2), all columns;
 * rows 0 and (for even heights) height / 2 are their own mirror image and count once,
 * the others twice.
 */

/** Rows of the half plane. */
export let rows: i32 = 0;
/** Columns of the plane; rows of squares are `stride` floats apart, a multiple of 4. */
export let columns: i32 = 0;
export let stride: i32 = 0;
/** Last row that stands for two. */
export let lastPairedRow: i32 = 0;
/** height * width. */
export let values: f64 = 0;
/** cos and sin of 2 pi d v / height: for each d `rows` cosines, then `rows` sines. */
export let rowTable: usize = 0;
/** cos and sin of 2 pi d u / width: for each d `stride` cosines, then `stride` sines. */
export let columnTable: usize = 0;
/** Squared moduli, `rows` rows of `stride` floats. */
export let squares: usize = 0;

/** Tables are the caller's to fill; columns beyond the width repeat the last one. */
export function setGrid(
  height: i32,
  width: i32,
  rowTableAt: usize,
  columnTableAt: usize,
  squaresAt: usize,
): void {
  rows = height / 2 + 1;
  columns = width;
  stride = (width + 3) & ~3;
  lastPairedRow = (height - 1) / 2;
  values = f64(height) * f64(width);
  rowTable = rowTableAt;
  columnTable = columnTableAt;
  squares = squaresAt;
}

/** Address of entry `at` of a list of floats. */
export function floatAt(list: usize, at: i32): usize {
  return list + ((<usize>at) << 2);
}
