import {
  type AnalysedLayer,
  type Analysis,
  INDETERMINATE,
  KERNEL_DEAD,
  SCORES_PER_KERNEL,
} from "../analysis/analysis.ts";
import { INDETERMINATE_ID } from "../selection/kernelGroup.ts";
import { type BestFit, bestFit } from "../values/bestFit.ts";
import type { Orientation } from "../values/orientations.ts";

/** As `BestFit`, with the feature's id. */
export interface FitRecord {
  readonly feature: string;
  readonly orientation: Orientation;
  readonly scale: number;
  /** Energy explained, 0..1. */
  readonly explained: number;
}

/** All that is known about one kernel, with names instead of indexes. */
export interface KernelRecord {
  /** Output channel. */
  readonly out: number;
  /** Input channel, counted within its group. */
  readonly in: number;
  readonly weights: Float32Array;
  /** Euclidean norm of the weights. */
  readonly norm: number;
  readonly state: number;
  readonly isDead: boolean;
  readonly pca: Float32Array;
  /** Null for kernels that are not finite. */
  readonly cluster: number | null;
  /** Feature id; null where values cannot be compared. */
  readonly nearestByValue: string | null;
  readonly valueDistance: number;
  /** Null where no feature can be fitted. */
  readonly fit: FitRecord | null;
  /** Feature id or "indeterminate"; null until computed. */
  readonly label: string | null;
  /** Distance to the nearest feature; NaN without a spectrum. */
  readonly distance: number;
  /** One per feature; empty until computed. */
  readonly distances: Float32Array;
  readonly margin: number;
}

/** Collects what the arrays of a layer say about kernel number `kernel`. */
export function kernelRecord(
  analysis: Analysis,
  layer: AnalysedLayer,
  kernel: number,
): KernelRecord {
  const { features } = analysis;
  const { values, action, description } = layer;
  const [height, width] = description.kernelSize;
  const entries = height * width;
  const inputsPerGroup = description.inChannels / description.groups;
  const nearest = values.nearest[kernel];
  const cluster = values.clusters[kernel];
  // Distances of coarser grids are estimates: they decide labels, and are not shown.
  const exact = action?.stage === "exact" ? action : null;
  const distances =
    exact === null
      ? new Float32Array(0)
      : exact.distances.subarray(kernel * features.length, (kernel + 1) * features.length);
  const weights = layer.kernels.subarray(kernel * entries, (kernel + 1) * entries);
  return {
    out: Math.floor(kernel / inputsPerGroup),
    in: kernel % inputsPerGroup,
    weights,
    norm: Math.hypot(...weights),
    state: values.states[kernel],
    isDead: values.states[kernel] === KERNEL_DEAD,
    pca: values.scores.subarray(kernel * SCORES_PER_KERNEL, (kernel + 1) * SCORES_PER_KERNEL),
    cluster: cluster < 0 ? null : cluster,
    nearestByValue: nearest < 0 ? null : features[nearest].id,
    valueDistance: values.nearestDistances[kernel],
    fit: fitRecord(analysis, bestFit(weights, description.kernelSize, features)),
    label: action === null ? null : labelOf(analysis, action.labels[kernel]),
    distance: distances.length === 0 ? Number.NaN : Math.min(...distances),
    distances,
    margin: exact === null ? Number.NaN : exact.margins[kernel],
  };
}

/** A fit with the name of its feature. */
export function fitRecord({ features }: Analysis, fit: BestFit | null): FitRecord | null {
  return fit === null ? null : { ...fit, feature: features[fit.feature].id };
}

function labelOf(analysis: Analysis, label: number): string {
  return label === INDETERMINATE ? INDETERMINATE_ID : analysis.features[label].id;
}

/** The input channel as the network numbers it, over all groups. */
export function absoluteInputChannel(
  layer: AnalysedLayer,
  record: Pick<KernelRecord, "out" | "in">,
): number {
  const { outChannels, inChannels, groups } = layer.description;
  const group = Math.floor(record.out / (outChannels / groups));
  return group * (inChannels / groups) + record.in;
}
