import type { AnalysedLayer, Analysis } from "../analysis/analysis.ts";
import { channelClasses, channelRanges } from "../values/channelClasses.ts";
import { normEdges, normSteps } from "../values/kernelNorms.ts";

/**
 * Numbers of kernels in the classes by which a layer's plot can be coloured, besides clusters and
 * labels: nearest feature by values, norm, output channel.
 */
export function classesJson(analysis: Analysis, layer: AnalysedLayer): object {
  const edges = normEdges(analysis);
  const byNorm = tally(normSteps(layer, edges), edges.length + 1);
  const byChannel = tally(channelClasses(layer), channelRanges(layer).length);
  const nearest = tally(layer.values.nearest, analysis.features.length);
  return {
    nearestCounts: Object.fromEntries([
      ...analysis.features.map(({ id }, feature) => [id, nearest.counts[feature]]),
      ["notComparable", nearest.none],
    ]),
    // Null: open at this end. Lower ends belong to a class, upper ends to the next one.
    normCounts: byNorm.counts.map((kernels, index) => ({
      from: index === 0 ? null : edges[index - 1],
      to: index === edges.length ? null : edges[index],
      kernels,
    })),
    channelCounts: channelRanges(layer).map((range, index) => ({
      ...range,
      kernels: byChannel.counts[index],
    })),
  };
}

/** How often 0 .. classes - 1 occur, and how often what is negative: in none. */
function tally(
  indexes: ArrayLike<number>,
  classes: number,
): { readonly counts: readonly number[]; readonly none: number } {
  const counts = new Array<number>(classes).fill(0);
  let none = 0;
  for (let at = 0; at < indexes.length; at++) {
    if (indexes[at] < 0) none += 1;
    else counts[indexes[at]] += 1;
  }
  return { counts, none };
}
