import { type AnalysedLayer, type PcaBasis, SCORES_PER_KERNEL } from "../analysis/analysis.ts";
import type { Feature } from "../features/clinicalKernels.ts";
import type { Size2d } from "../network/size2d.ts";
import { embedFeatures } from "../values/embedFeature.ts";
import { ColumnMeans, project, projectRows, Scatter } from "../values/pca.ts";
import { scaleByPeak } from "./scaledKernels.ts";

/** Numbers in a block: as float64 a quarter of a megabyte, which a core's cache holds. */
const NUMBERS_PER_BLOCK = 2 ** 15;

/**
 * One PCA over all kernels of one size of both models, scaled by their peaks, so that both are
 * drawn and measured on the same axes. Steps of about a millisecond.
 *
 * @param layers all layers of either model whose kernels have this size.
 */
export function* jointBasisSteps(
  layers: readonly AnalysedLayer[],
  kernelSize: Size2d,
  features: readonly Feature[],
): Generator<void, PcaBasis> {
  const entries = kernelSize[0] * kernelSize[1];
  const means = new ColumnMeans(entries);
  for (const block of blocks(layers, entries)) {
    means.add(block, block.length / entries);
    yield;
  }
  const scatter = new Scatter(means.mean());
  for (const block of blocks(layers, entries)) {
    scatter.add(block, block.length / entries);
    yield;
  }
  const axes = scatter.axes();
  const rows = embedFeatures(features, kernelSize);
  scaleByPeak(rows, rows.length / entries, entries);
  const featureScores = rows.length > 0 ? project(rows, axes, SCORES_PER_KERNEL) : null;
  return { kernelSize, layer: null, ...axes, featureScores };
}

/** All kernels as scaled rows, block by block; a block is valid until the next is made. */
function* blocks(layers: readonly AnalysedLayer[], entries: number): Generator<Float64Array> {
  const perBlock = Math.max(1, Math.floor(NUMBERS_PER_BLOCK / entries)) * entries;
  const buffer = new Float64Array(perBlock);
  for (const { kernels } of layers) {
    for (let start = 0; start < kernels.length; start += perBlock) {
      const part = kernels.subarray(start, start + perBlock);
      buffer.set(part);
      scaleByPeak(buffer, part.length / entries, entries);
      yield buffer.subarray(0, part.length);
    }
  }
}

/**
 * The kernels of a layer on the first SCORES_PER_KERNEL joint axes, for a plot beside another
 * model's; NaN for kernels that are not finite.
 */
export function jointScores(layer: AnalysedLayer, basis: PcaBasis): Float32Array {
  const entries = basis.mean.length;
  const scores = new Float32Array(layer.kernelCount * SCORES_PER_KERNEL);
  let done = 0;
  for (const block of blocks([layer], entries)) {
    const count = block.length / entries;
    const part = scores.subarray(done * SCORES_PER_KERNEL, (done + count) * SCORES_PER_KERNEL);
    projectRows(block, count, basis, SCORES_PER_KERNEL, part);
    done += count;
  }
  return scores;
}
