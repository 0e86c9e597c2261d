import type { Size2d } from "../network/size2d.ts";
import { symmetricEigen } from "../values/symmetricEigen.ts";

/**
 * The nearest matrix of a rank (Eckart and Young 1936): the kernel's rows projected onto the
 * right singular vectors of the largest singular values. Those are the eigenvectors of K'K, and
 * a projection onto unit vectors loses nothing of the accuracy that squaring costs the small
 * singular values.
 *
 * @param kernel `height * width` finite entries, row-major.
 * @param rank 1 or more.
 * @param out written; may be `kernel`.
 */
export function writeLowRank(
  kernel: Float32Array,
  [height, width]: Size2d,
  rank: number,
  out: Float32Array,
): void {
  const gram = new Float64Array(width * width);
  for (let row = 0; row < height; row++) {
    for (let a = 0; a < width; a++) {
      for (let b = 0; b < width; b++) {
        gram[a * width + b] += kernel[row * width + a] * kernel[row * width + b];
      }
    }
  }
  const { vectors } = symmetricEigen(gram, width);
  const projected = new Float64Array(width);
  for (let row = 0; row < height; row++) {
    projected.fill(0);
    for (let kept = 0; kept < Math.min(rank, width); kept++) {
      const vector = vectors[kept];
      let product = 0;
      for (let column = 0; column < width; column++) {
        product += kernel[row * width + column] * vector[column];
      }
      for (let column = 0; column < width; column++) projected[column] += product * vector[column];
    }
    out.set(projected, row * width);
  }
}
