import type { AnalysedLayer, LayerValues } from "../../core/analysis/analysis.ts";

/** Means that were computed: a layer of a million kernels takes some 30 ms. */
const known = new WeakMap<LayerValues, readonly Float64Array[]>();

/** Mean kernel of each cluster, largest cluster first, row-major. */
export function clusterMeans(layer: AnalysedLayer): readonly Float64Array[] {
  const before = known.get(layer.values);
  if (before !== undefined) return before;
  const means = computedMeans(layer);
  known.set(layer.values, means);
  return means;
}

function computedMeans({ description, values, kernels }: AnalysedLayer): readonly Float64Array[] {
  const entries = description.kernelSize[0] * description.kernelSize[1];
  const { clusters, clusterSizes } = values;
  const sums = new Float64Array(clusterSizes.length * entries);
  for (let kernel = 0, from = 0; kernel < clusters.length; kernel++, from += entries) {
    const start = clusters[kernel] * entries;
    if (start < 0) continue;
    for (let entry = 0; entry < entries; entry++) sums[start + entry] += kernels[from + entry];
  }
  return clusterSizes.map((size, cluster) =>
    sums.slice(cluster * entries, (cluster + 1) * entries).map((sum) => sum / (size || 1)),
  );
}
