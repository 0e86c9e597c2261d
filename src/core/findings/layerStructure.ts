import type { Settings } from "../analysis/settings.ts";
import { SeededRandom } from "../random/seededRandom.ts";
import { adjustedRandIndex } from "../statistics/agreement.ts";
import { henzeZirkler, mardia } from "../statistics/normality.ts";
import { meanSilhouette } from "../statistics/silhouette.ts";
import { SurrogateRows } from "../statistics/surrogates.ts";
import { fitSmall } from "../values/clusterFit.ts";
import type { KernelSample } from "../values/kernelSample.ts";
import { NearestRows } from "../values/nearestRows.ts";
import { normaliseRows } from "../values/normalisation.ts";
import type {
  LayerClusters,
  LayerNormality,
  LayerStructure,
  SurrogateComparison,
} from "./findings.ts";

/**
 * Kernels per sample at most. Henze and Zirkler's statistic grows with the number of kernels,
 * and takes its square of time; 200 kernels of nine numbers show a skewed or clustered layer.
 */
export const SAMPLE_SIZE = 200;

/** Samples of which the statistics of normality are averaged. */
const SAMPLES_AT_MOST = 10;

/** Splits into halves of which the stability is averaged: one alone moves by 0.1. */
const SPLITS = 4;

/**
 * Normally distributed layers per layer. Clusters firmer than those of all 19 are one of
 * twenty, so that one normal layer in twenty is called firm (Barnard 1963).
 */
export const SURROGATES = 19;

/** The level of the usual test of normality, of single samples. */
const NORMALITY_LEVEL = 0.05;

/** Kernels that one layer's structure is measured on at most. */
export const STRUCTURE_KERNELS = SAMPLE_SIZE * SAMPLES_AT_MOST;

export interface StructureSettings extends Pick<Settings, "clusters" | "normalisation"> {
  /** Kernels per sample, even: the same for all layers, or their scores could not be compared. */
  readonly sampleSize: number;
}

/**
 * How the kernels of one layer are distributed: how far from normal, and how firm their
 * clusters are. A generator of steps of a few milliseconds.
 *
 * Normality is that of the kernels as they are; clusters are those of the chosen
 * normalisation, as on the page.
 */
export function* layerStructure(
  { rows, available }: KernelSample,
  entries: number,
  settings: StructureSettings,
  seed: number,
): Generator<void, LayerStructure> {
  const normality = yield* layerNormality(rows, entries, settings.sampleSize);
  if (normality === null) return { state: "notMeasured", reason: "flat" };
  const random = new SeededRandom(seed);
  const clusters =
    settings.clusters < 2 ? null : yield* layerClusters(rows, entries, settings, random);
  return { state: "measured", kernels: available, normality, clusters };
}

/** Rows of the samples that share none; at least one. */
function* separateSamples(rows: Float64Array, length: number, most: number) {
  const samples = Math.min(most, Math.floor(rows.length / length));
  for (let at = 0; at < samples; at++) yield rows.subarray(at * length, (at + 1) * length);
}

function* layerNormality(
  rows: Float64Array,
  entries: number,
  sampleSize: number,
): Generator<void, LayerNormality | null> {
  let samples = 0;
  let notNormal = 0;
  const sums = { henzeZirkler: 0, skewness: 0, kurtosis: 0 };
  for (const sample of separateSamples(rows, sampleSize * entries, SAMPLES_AT_MOST)) {
    const distance = henzeZirkler(sample, entries);
    const moments = mardia(sample, entries);
    yield;
    if (distance === null || moments === null) return null;
    samples++;
    if (distance.pValue <= NORMALITY_LEVEL) notNormal++;
    sums.henzeZirkler += distance.statistic;
    sums.skewness += moments.skewness;
    sums.kurtosis += moments.kurtosis;
  }
  return {
    samples,
    notNormal,
    henzeZirkler: sums.henzeZirkler / samples,
    mardiaSkewness: sums.skewness / samples,
    mardiaKurtosis: sums.kurtosis / samples,
  };
}

function* layerClusters(
  rows: Float64Array,
  entries: number,
  settings: StructureSettings,
  random: SeededRandom,
): Generator<void, LayerClusters> {
  const samples = Math.min(SPLITS, Math.floor(rows.length / (settings.sampleSize * entries)));
  const used = rows.slice(0, samples * settings.sampleSize * entries);
  const surrogateRows = new SurrogateRows(used, entries);
  const own = yield* clusterScores(used, entries, settings, random);
  const surrogates: ClusterScores[] = [];
  for (let surrogate = 0; surrogate < SURROGATES; surrogate++) {
    const drawn = surrogateRows.draw(random);
    surrogates.push(yield* clusterScores(drawn, entries, settings, random));
  }
  const stability = compared(own, surrogates, (scores) => scores.stability);
  const silhouette = compared(own, surrogates, (scores) => scores.silhouette);
  const isFirm = stability.value > stability.surrogateHighest;
  return { firmness: isFirm ? "firm" : "noFirmer", stability, silhouette };
}

interface ClusterScores {
  readonly stability: number;
  readonly silhouette: number;
}

/**
 * Stability: do two halves of a sample lead to the same clusters of all of it? Adjusted Rand
 * index of both clusterings, mean of some splits (as von Luxburg 2010, "Clustering stability:
 * an overview", section 2). The silhouette is that of the clusters of one whole sample.
 *
 * @param rows normalised in place.
 */
function* clusterScores(
  rows: Float64Array,
  entries: number,
  { sampleSize, clusters, normalisation }: StructureSettings,
  random: SeededRandom,
): Generator<void, ClusterScores> {
  normaliseRows(rows, rows.length / entries, entries, normalisation);
  const samples = [...separateSamples(rows, sampleSize * entries, SPLITS)];
  const half = Math.floor(sampleSize / 2) * entries;
  const [first, second] = [
    new NearestRows(sampleSize, clusters),
    new NearestRows(sampleSize, clusters),
  ];
  let agreement = 0;
  for (let split = 0; split < SPLITS; split++) {
    const sample = samples[split % samples.length];
    shuffleRows(sample, entries, random);
    const cluster = (part: Float64Array, target: NearestRows) =>
      target.find(sample, entries, sampleSize, fitSmall(part, entries, clusters, random));
    cluster(sample.subarray(0, half), first);
    cluster(sample.subarray(half), second);
    agreement += adjustedRandIndex(first.nearest, second.nearest);
  }
  yield;
  const [sample] = samples;
  first.find(sample, entries, sampleSize, fitSmall(sample, entries, clusters, random));
  const silhouette = meanSilhouette(sample, entries, first.nearest) ?? 0;
  yield;
  return { stability: agreement / SPLITS, silhouette };
}

function shuffleRows(rows: Float64Array, entries: number, random: SeededRandom): void {
  for (let last = rows.length / entries - 1; last > 0; last--) {
    const chosen = random.index(last + 1);
    for (let i = 0; i < entries; i++) {
      const entry = rows[last * entries + i];
      rows[last * entries + i] = rows[chosen * entries + i];
      rows[chosen * entries + i] = entry;
    }
  }
}

function compared(
  own: ClusterScores,
  surrogates: readonly ClusterScores[],
  scoreOf: (scores: ClusterScores) => number,
): SurrogateComparison {
  const value = scoreOf(own);
  const others = surrogates.map(scoreOf);
  const reached = others.filter((other) => other >= value).length;
  return {
    value,
    surrogateMean: others.reduce((sum, other) => sum + other, 0) / others.length,
    surrogateHighest: Math.max(...others),
    pValue: (1 + reached) / (1 + others.length),
  };
}
