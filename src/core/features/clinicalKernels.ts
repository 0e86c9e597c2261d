/** A filter that people know by name, to which kernels are compared. */
export interface Feature {
  /** Stable id, part of the result schema. */
  readonly id: string;
  readonly label: string;
  /** 3x3 entries, row-major, cross-correlation orientation. */
  readonly kernel: readonly number[];
}

export type FeatureSetName = "poster" | "extended" | "custom";

function scaled(divisor: number, entries: readonly number[]): readonly number[] {
  return entries.map((entry) => entry / divisor);
}

/** The six kernels of the poster by Actor, Riviere and Fuentes, in its order. */
export const POSTER_FEATURES: readonly Feature[] = [
  { id: "mean", label: "Local mean", kernel: scaled(9, [1, 1, 1, 1, 1, 1, 1, 1, 1]) },
  { id: "laplacian", label: "Laplacian", kernel: scaled(8, [0, 1, 0, 1, -4, 1, 0, 1, 0]) },
  { id: "gaussian", label: "Gaussian blur", kernel: scaled(16, [1, 2, 1, 2, 4, 2, 1, 2, 1]) },
  { id: "edge", label: "Edge detection", kernel: scaled(8, [-1, 0, 1, -2, 0, 2, -1, 0, 1]) },
  { id: "identity", label: "Identity", kernel: [0, 0, 0, 0, 1, 0, 0, 0, 0] },
  { id: "sharpen", label: "Sharpen", kernel: scaled(9, [0, -1, 0, -1, 5, -1, 0, -1, 0]) },
];

/**
 * The poster's six and five relatives. The four Sobel directions are one orbit
 * under rotation and sign: spectra cannot tell them apart, values can.
 */
export const EXTENDED_FEATURES: readonly Feature[] = [
  ...POSTER_FEATURES,
  {
    id: "laplacian8",
    label: "Laplacian, 8 neighbours",
    kernel: scaled(16, [1, 1, 1, 1, -8, 1, 1, 1, 1]),
  },
  {
    id: "laplacian-diagonal",
    label: "Laplacian, diagonal",
    kernel: scaled(8, [1, 0, 1, 0, -4, 0, 1, 0, 1]),
  },
  { id: "edge-up", label: "Edge detection, up", kernel: scaled(8, [1, 2, 1, 0, 0, 0, -1, -2, -1]) },
  {
    id: "edge-left",
    label: "Edge detection, left",
    kernel: scaled(8, [1, 0, -1, 2, 0, -2, 1, 0, -1]),
  },
  {
    id: "edge-down",
    label: "Edge detection, down",
    kernel: scaled(8, [-1, -2, -1, 0, 0, 0, 1, 2, 1]),
  },
];
