import type { ClusterNumbers } from "../values/clusterNumbers.ts";
import { rounded } from "./numbers.ts";

/** Where the method is described. */
const SILHOUETTE_SOURCE = "Rousseeuw 1987";

/** Silhouettes by number of clusters beside those of noise (`layers[].clusterNumbers`). */
export function clusterNumbersJson(found: ClusterNumbers): object {
  return {
    kernels: found.kernels,
    available: found.available,
    surrogates: found.surrogates,
    distinct: found.distinct,
    numbers: found.numbers.map((one) => ({
      clusters: one.clusters,
      silhouette: one.silhouette === null ? null : rounded(one.silhouette),
      surrogateMean: rounded(one.surrogateMean),
      surrogateLowest: rounded(one.surrogateLowest),
      surrogateHighest: rounded(one.surrogateHighest),
    })),
    // From "in the wrong cluster" over 0, no clusters, to "far apart".
    range: [-1, 1],
    source: SILHOUETTE_SOURCE,
  };
}
