import type { Feature } from "../features/clinicalKernels.ts";
import type { Size2d } from "../network/size2d.ts";

/**
 * Features as rows of the kernels' size: 3x3 entries in the middle of zeros.
 * Empty where 3x3 has no middle (even sizes) or does not fit, since a filter
 * moved by half a pixel is another filter.
 */
export function embedFeatures(features: readonly Feature[], kernelSize: Size2d): Float64Array {
  const [height, width] = kernelSize;
  if (height < 3 || width < 3 || height % 2 === 0 || width % 2 === 0) return new Float64Array(0);
  const rows = new Float64Array(features.length * height * width);
  const top = (height - 3) / 2;
  const left = (width - 3) / 2;
  features.forEach((feature, f) => {
    feature.kernel.forEach((entry, at) => {
      const row = top + Math.floor(at / 3);
      const column = left + (at % 3);
      rows[f * height * width + row * width + column] = entry;
    });
  });
  return rows;
}
