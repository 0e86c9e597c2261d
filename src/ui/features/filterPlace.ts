import {
  type AnalysedLayer,
  type Analysis,
  type PcaBasis,
  SCORES_PER_KERNEL,
} from "../../core/analysis/analysis.ts";
import type { Feature } from "../../core/features/clinicalKernels.ts";
import { embedFeatures } from "../../core/values/embedFeature.ts";
import { normaliseKernels } from "../../core/values/normalisation.ts";
import { project } from "../../core/values/pca.ts";
import type { ScoreLimits } from "../figures/scoreLimits.ts";

/** Kernels among which filters are placed. */
export interface PlaceGround {
  /** Index in `Analysis.pca`. */
  readonly basisIndex: number;
  readonly basis: PcaBasis;
  readonly layers: readonly AnalysedLayer[];
  /** Whose kernels they are, in words. */
  readonly of: string;
}

/** The kernels of the selected layer, else all that share the axes of the first 3x3 layer. */
export function placeGround(analysis: Analysis, selected: string | null): PlaceGround | null {
  const fits = ({ values }: AnalysedLayer) => analysis.pca[values.basis]?.featureScores !== null;
  const chosen = analysis.layers.find(({ description }) => description.name === selected);
  if (chosen !== undefined && fits(chosen)) {
    const { basis } = chosen.values;
    const of = chosen.description.name;
    return { basisIndex: basis, basis: analysis.pca[basis], layers: [chosen], of };
  }
  const first =
    analysis.layers.find(
      (layer) => fits(layer) && layer.description.kernelSize.every((side) => side === 3),
    ) ?? analysis.layers.find(fits);
  if (first === undefined) return null;
  const { basis } = first.values;
  const layers = analysis.layers.filter(({ values }) => values.basis === basis);
  const of = layers.length === 1 ? first.description.name : "all layers";
  return { basisIndex: basis, basis: analysis.pca[basis], layers, of };
}

/** Scores (SCORES_PER_KERNEL each) of filters on the axes of the kernels they stand among. */
export function filterScores(
  analysis: Analysis,
  { basis }: Pick<PlaceGround, "basis">,
  features: readonly Feature[],
): Float32Array {
  const rows = embedFeatures(features, basis.kernelSize);
  const entries = basis.kernelSize[0] * basis.kernelSize[1];
  const normalised = normaliseKernels(rows, entries, analysis.settings.normalisation);
  return project(normalised, basis, SCORES_PER_KERNEL);
}

/** True if a filter's place on the first two axes is outside of the picture. */
export function standsBeyond(
  { left, right, bottom, top }: ScoreLimits,
  scores: Float32Array,
  feature: number,
): boolean {
  const [x, y] = scores.subarray(feature * SCORES_PER_KERNEL);
  return x < left || x > right || y < bottom || y > top;
}
