import type { LayerStructure } from "../../core/findings/findings.ts";
import type { ClusterNumbers } from "../../core/values/clusterNumbers.ts";
import { countText, groupedNumber } from "../figures/text.ts";

/** Whether halves of the layer lead to the same clusters; null where that was not measured. */
export function firmnessSentence(structure: LayerStructure | null): string | null {
  if (structure?.state !== "measured" || structure.clusters === null) return null;
  const { firmness, stability } = structure.clusters;
  const [own, mean, highest] = [
    stability.value,
    stability.surrogateMean,
    stability.surrogateHighest,
  ].map(silhouetteText);
  const numbers = `agreement ${own}; noise ${mean}, at most ${highest}`;
  return firmness === "firm"
    ? `Firm: two halves of its kernels lead to the same clusters more than noise of the same spread does (${numbers}).`
    : `No firmer than noise: two halves of its kernels agree on the clusters no more than noise of the same spread does (${numbers}).`;
}

/** A silhouette: two digits, with a true minus sign. */
export function silhouetteText(value: number): string {
  const text = Math.abs(value).toFixed(2);
  return value < 0 && Number(text) !== 0 ? `\u2212${text}` : text;
}

/** Whether any number of clusters is more distinct than noise, in one sentence. */
export function silhouetteSentence({ distinct }: ClusterNumbers): string {
  return distinct === null
    ? "Not distinct: for no number of clusters do the kernels lie further apart in groups than noise of the same spread."
    : `Distinct: the kernels lie further apart in groups than noise of the same spread, most clearly in ${distinct} groups.`;
}

/** What the numbers were made of. */
export function silhouetteMethod({ kernels, available, surrogates }: ClusterNumbers): string {
  const sample =
    kernels < available
      ? `a sample of ${groupedNumber(kernels)} of ${countText(available, "kernel")}`
      : countText(kernels, "kernel");
  return `Mean silhouette (Rousseeuw 1987; 1: groups far apart, 0: none) of ${sample}. Band: lowest to highest of ${surrogates} layers of normally distributed kernels with the same mean and covariance. One layer of noise in twenty would be called distinct.`;
}
