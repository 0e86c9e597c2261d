import type { AnalysedLayer } from "../../core/analysis/analysis.ts";

/** Mean kernel of each cluster, largest cluster first, row-major. */
export function clusterMeans(layer: AnalysedLayer): readonly Float64Array[] {
  const { kernelSize } = layer.description;
  const entries = kernelSize[0] * kernelSize[1];
  const { clusters, clusterSizes } = layer.values;
  const means = clusterSizes.map(() => new Float64Array(entries));
  for (let kernel = 0; kernel < layer.kernelCount; kernel++) {
    const cluster = clusters[kernel];
    const mean = means[cluster];
    if (mean === undefined) continue;
    const share = 1 / (clusterSizes[cluster] || 1);
    for (let entry = 0; entry < entries; entry++) {
      mean[entry] += layer.kernels[kernel * entries + entry] * share;
    }
  }
  return means;
}
