import type { AnalysedLayer } from "../../core/analysis/analysis.ts";
import { sizeText } from "../figures/text.ts";

export interface KernelSizeRow {
  /** "3 × 3". */
  readonly size: string;
  readonly layers: number;
  readonly kernels: number;
}

/** How many layers and kernels there are of each size, the smallest first. */
export function kernelSizeRows(layers: readonly AnalysedLayer[]): readonly KernelSizeRow[] {
  const rows = new Map<string, KernelSizeRow & { readonly area: number }>();
  for (const { description, kernelCount } of layers) {
    const [height, width] = description.kernelSize;
    const size = sizeText(description.kernelSize);
    const row = rows.get(size);
    rows.set(size, {
      size,
      layers: (row?.layers ?? 0) + 1,
      kernels: (row?.kernels ?? 0) + kernelCount,
      area: height * width,
    });
  }
  return [...rows.values()]
    .toSorted((one, other) => one.area - other.area)
    .map(({ size, layers: number, kernels }) => ({ size, layers: number, kernels }));
}

/** Enough of a checksum to tell files apart at a glance; the whole is one click away. */
export const SHORT_CHECKSUM_DIGITS = 12;

export function shortChecksum(sha256: string): string {
  return sha256.slice(0, SHORT_CHECKSUM_DIGITS);
}

/** "0.05 s", "12 s". */
export function secondsText(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  return `${seconds < 10 ? seconds.toFixed(2) : Math.round(seconds)} s`;
}
