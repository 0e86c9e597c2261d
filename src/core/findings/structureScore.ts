import type { LayerStructure, StructureMeasure } from "./findings.ts";

/**
 * What is compared between encoder and decoder; null where a layer has none. Clusters count by how
 * much firmer they are than those of normal kernels of the same spread: a layer that merely varies
 * more in one direction than in others has stable clusters, but no structure. Henze and Zirkler's
 * statistic does not see the spread either.
 */
export function structureScore(
  measure: StructureMeasure,
  structure: LayerStructure,
): number | null {
  if (structure.state === "notMeasured") return null;
  switch (measure) {
    case "normality":
      return structure.normality.henzeZirkler;
    case "clusters": {
      const stability = structure.clusters?.stability;
      return stability === undefined ? null : stability.value - stability.surrogateMean;
    }
  }
}
