import { sortedSpectrum } from "../../core/action/spectrum.ts";
import type { AnalysedLayer, Analysis } from "../../core/analysis/analysis.ts";
import type { Feature } from "../../core/features/clinicalKernels.ts";
import type { Size2d } from "../../core/network/size2d.ts";
import type { SpectrumSeries } from "../figures/spectrum.ts";
import { featureStyles } from "../figures/theme.ts";

/** Grids whose feature spectra are kept: a network has a handful of map sizes. */
const KEPT_GRIDS = 8;

const kept = new Map<string, readonly Float32Array[]>();

function featureSpectra(features: readonly Feature[], grid: Size2d): readonly Float32Array[] {
  // Not by ids: an own filter keeps its id while its numbers change.
  const key = JSON.stringify([grid, features.map(({ kernel }) => kernel)]);
  const known = kept.get(key);
  if (known !== undefined) return known;
  const spectra = features.map((feature) => sortedSpectrum(feature.kernel, [3, 3], grid));
  const oldest = kept.keys().next();
  if (kept.size >= KEPT_GRIDS && !oldest.done) kept.delete(oldest.value);
  kept.set(key, spectra);
  return spectra;
}

/** The grid on which a layer's kernels were compared. */
export function gridOf(analysis: Analysis, layer: AnalysedLayer): Size2d {
  const { grid } = analysis.settings;
  if (grid === "layer") return layer.place.grid;
  const [height, width] = layer.description.kernelSize;
  return [Math.max(grid, height), Math.max(grid, width)];
}

/** A kernel's spectrum over those of the features; without it if it has none. */
export function spectrumSeries(
  analysis: Analysis,
  layer: AnalysedLayer,
  weights: ArrayLike<number>,
): readonly SpectrumSeries[] {
  const grid = gridOf(analysis, layer);
  const styles = featureStyles(analysis.features);
  const features = featureSpectra(analysis.features, grid).map((values, index) => ({
    name: analysis.features[index].label,
    values,
    style: styles[index],
  }));
  const values = sortedSpectrum(weights, layer.description.kernelSize, grid);
  return [...features, { name: "This kernel", values, style: null, emphasised: true }];
}
