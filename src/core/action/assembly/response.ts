import { columns, columnTable, floatAt, rows, rowTable, squares, stride } from "./grid";

/** Kernels have 15 x 15 entries at most (LARGEST_KERNEL_SIDE on the TypeScript side). */
const MOST_ENTRIES: i32 = 15 * 15;

/** Entries of the kernel, divided by their largest magnitude. */
const scaled: usize = memory.data(1024, 16);
/** Transforms A_j(v) of the kernel's columns: real and imaginary part of each. */
const transformed: usize = memory.data(128, 16);

/**
 * Copies a kernel, divided by its largest |entry| so that squares of huge or denormal
 * kernels stay in range. False if it has no spectrum: all zero, or not finite.
 */
export function scaleKernel(kernel: usize, entries: i32): bool {
  if (entries > MOST_ENTRIES) return false;
  let largest: f32 = 0;
  for (let i = 0; i < entries; i++) {
    const magnitude = abs(load<f32>(floatAt(kernel, i)));
    // Written so that NaN, which compares as false, is seen.
    if (!(magnitude <= f32.MAX_VALUE)) return false;
    largest = max(largest, magnitude);
  }
  if (largest === 0) return false;
  // In float64: the reciprocal of a denormal float32 would be infinite.
  for (let i = 0; i < entries; i++) {
    store<f32>(floatAt(scaled, i), f32(f64(load<f32>(floatAt(kernel, i))) / f64(largest)));
  }
  return true;
}

/**
 * |FFT2|^2 of the scaled kernel, zero-padded to the grid, on the half plane.
 *
 * For row frequency v the columns' transforms A_j leave a trigonometric polynomial in u,
 * X(u) = sum_j A_j e^{-i j u}: no butterfly of an FFT is needed for a few columns. Its
 * real and imaginary part are squared, and not expanded to |X|^2 = P_0 + 2 Re(P_1 e^{iu})
 * + ..., which would lose half the digits in float32 where X is near 0.
 *
 * @returns the largest square.
 */
export function squaredResponse(kernelHeight: i32, kernelWidth: i32): f32 {
  let largest = f32x4.splat(0);
  for (let v = 0; v < rows; v++) {
    const row = floatAt(squares, v * stride);
    if (kernelHeight === 3 && kernelWidth === 3) {
      largest = f32x4.pmax(largest, writeRowOfThree(v, row));
    } else {
      transformColumns(kernelHeight, kernelWidth, v);
      largest = f32x4.pmax(largest, writeRow(kernelWidth, row));
    }
  }
  return max(
    max(f32x4.extract_lane(largest, 0), f32x4.extract_lane(largest, 1)),
    max(f32x4.extract_lane(largest, 2), f32x4.extract_lane(largest, 3)),
  );
}

/**
 * A row for 3x3 kernels, which nearly all are. Phases are counted from the middle
 * entry, which no modulus notices: A_j = (k_0j + k_2j) cos v + k_1j + i (k_0j - k_2j) sin v
 * and X = A_1 + (A_0 + A_2) cos u + i (A_0 - A_2) sin u.
 */
function writeRowOfThree(v: i32, row: usize): v128 {
  const cosine = load<f32>(floatAt(rowTable, 2 * rows + v));
  const sine = load<f32>(floatAt(rowTable, 3 * rows + v));
  const real0 = (load<f32>(scaled) + load<f32>(scaled, 24)) * cosine + load<f32>(scaled, 12);
  const real1 = (load<f32>(scaled, 4) + load<f32>(scaled, 28)) * cosine + load<f32>(scaled, 16);
  const real2 = (load<f32>(scaled, 8) + load<f32>(scaled, 32)) * cosine + load<f32>(scaled, 20);
  const imaginary0 = (load<f32>(scaled) - load<f32>(scaled, 24)) * sine;
  const imaginary1 = (load<f32>(scaled, 4) - load<f32>(scaled, 28)) * sine;
  const imaginary2 = (load<f32>(scaled, 8) - load<f32>(scaled, 32)) * sine;

  const middleReal = f32x4.splat(real1);
  const middleImaginary = f32x4.splat(imaginary1);
  const sumReal = f32x4.splat(real0 + real2);
  const sumImaginary = f32x4.splat(imaginary0 + imaginary2);
  const gapReal = f32x4.splat(real0 - real2);
  const gapImaginary = f32x4.splat(imaginary2 - imaginary0);
  const cosines = floatAt(columnTable, 2 * stride);
  const sines = floatAt(columnTable, 3 * stride);
  let largest = f32x4.splat(0);
  for (let u = 0; u < stride; u += 4) {
    const cosineU = v128.load(floatAt(cosines, u));
    const sineU = v128.load(floatAt(sines, u));
    const real = f32x4.add(
      f32x4.add(middleReal, f32x4.mul(sumReal, cosineU)),
      f32x4.mul(gapImaginary, sineU),
    );
    const imaginary = f32x4.add(
      f32x4.add(middleImaginary, f32x4.mul(sumImaginary, cosineU)),
      f32x4.mul(gapReal, sineU),
    );
    const square = f32x4.add(f32x4.mul(real, real), f32x4.mul(imaginary, imaginary));
    v128.store(floatAt(row, u), square);
    largest = f32x4.pmax(largest, square);
  }
  return largest;
}

/** A_j(v) = sum_a K[a, j] e^{-i v a} for every column j of the kernel. */
function transformColumns(kernelHeight: i32, kernelWidth: i32, v: i32): void {
  for (let j = 0; j < kernelWidth; j++) {
    let real: f32 = 0;
    let imaginary: f32 = 0;
    for (let a = 0; a < kernelHeight; a++) {
      const entry = load<f32>(floatAt(scaled, a * kernelWidth + j));
      real += entry * load<f32>(floatAt(rowTable, 2 * a * rows + v));
      imaginary -= entry * load<f32>(floatAt(rowTable, (2 * a + 1) * rows + v));
    }
    store<f32>(floatAt(transformed, 2 * j), real);
    store<f32>(floatAt(transformed, 2 * j + 1), imaginary);
  }
}

/** A row for kernels of any width. */
function writeRow(kernelWidth: i32, row: usize): v128 {
  let largest = f32x4.splat(0);
  for (let u = 0; u < stride; u += 4) {
    let real = f32x4.splat(0);
    let imaginary = f32x4.splat(0);
    for (let j = 0; j < kernelWidth; j++) {
      const cosineU = v128.load(floatAt(columnTable, 2 * j * stride + u));
      const sineU = v128.load(floatAt(columnTable, (2 * j + 1) * stride + u));
      const columnReal = f32x4.splat(load<f32>(floatAt(transformed, 2 * j)));
      const columnImaginary = f32x4.splat(load<f32>(floatAt(transformed, 2 * j + 1)));
      real = f32x4.add(
        real,
        f32x4.add(f32x4.mul(columnReal, cosineU), f32x4.mul(columnImaginary, sineU)),
      );
      imaginary = f32x4.add(
        imaginary,
        f32x4.sub(f32x4.mul(columnImaginary, cosineU), f32x4.mul(columnReal, sineU)),
      );
    }
    const square = f32x4.add(f32x4.mul(real, real), f32x4.mul(imaginary, imaginary));
    v128.store(floatAt(row, u), square);
    largest = f32x4.pmax(largest, square);
  }
  return largest;
}

/** Squares to moduli divided by the largest, in place: what `sorted` and `response` compare. */
export function normaliseSquares(largest: f32): void {
  const scale = f32x4.splat(1 / largest);
  for (let at = 0; at < rows * stride; at += 4) {
    const place = floatAt(squares, at);
    v128.store(place, f32x4.sqrt(f32x4.mul(v128.load(place), scale)));
  }
}

/**
 * Mean |difference| of the normalised responses at `squares` and at `other`, over the whole
 * plane, each of which is laid out alike.
 */
export function meanDifference(other: usize, lastPairedRow: i32, values: f64): f32 {
  let sum: f64 = 0;
  for (let v = 0; v < rows; v++) {
    const a = floatAt(squares, v * stride);
    const b = floatAt(other, v * stride);
    let sums = f32x4.splat(0);
    let u = 0;
    for (; u + 4 <= columns; u += 4) {
      const difference = f32x4.sub(v128.load(floatAt(a, u)), v128.load(floatAt(b, u)));
      sums = f32x4.add(sums, f32x4.abs(difference));
    }
    let inRow = f64(f32x4.extract_lane(sums, 0)) + f64(f32x4.extract_lane(sums, 1));
    inRow += f64(f32x4.extract_lane(sums, 2)) + f64(f32x4.extract_lane(sums, 3));
    for (; u < columns; u++) {
      inRow += f64(abs(load<f32>(floatAt(a, u)) - load<f32>(floatAt(b, u))));
    }
    sum += v >= 1 && v <= lastPairedRow ? 2 * inRow : inRow;
  }
  return f32(sum / values);
}
