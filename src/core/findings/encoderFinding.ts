import { SHUFFLED_KERNELS_AT_MOST } from "../action/noiseKernels.ts";
import { SeededRandom } from "../random/seededRandom.ts";
import { jensenShannon, meanPairwiseJensenShannon } from "../statistics/divergence.ts";
import { evenlySpaced } from "./evenlySpaced.ts";
import {
  type EncoderFinding,
  type EncoderReason,
  type EncoderVerdict,
  KERNELS_AT_LEAST,
  QUESTION_LEVEL,
} from "./findings.ts";
import { isThreeByThree, type LabelledShares } from "./request.ts";
import { multinomialDraw } from "./shareDraws.ts";

/** Pairs of networks that are drawn: with the real one 1,000, so p-values are whole thousandths. */
const DRAWS = 999;

const SEED = 1991;

/** What this share of noise stays below is called the floor's upper end. */
const FLOOR_SHARE = 0.95;

/**
 * "No more than noise" is said only where the floor's upper end is below this, in bits: two
 * layers of which one has a label in half, the other in three quarters of its kernels differ
 * as much.
 */
const FLOOR_AT_MOST = 0.05;

/** Draws between two turns are a few milliseconds of work up to so many pairs of layers. */
const PAIRS_PER_STEP = 4000;

/** A 3x3 encoder layer with enough labelled kernels. */
interface ComparedLayer {
  readonly index: number;
  readonly kernels: number;
  readonly counts: readonly number[];
  readonly shuffled: readonly number[];
  readonly shuffledKernels: number;
  /** Shares of all of these kernels together. */
  readonly pooled: Float64Array;
}

/**
 * Question 3: do the shares of labels stay the same across the encoder? The mean
 * Jensen-Shannon divergence of all pairs of layers, against that of the shuffled kernels of
 * the same layers: what grids, the numbers of the kernels and small layers make differ by
 * themselves is in both. How far the two may be apart by chance is drawn: labels of as many
 * kernels and shuffled kernels of each layer, all from the shares of both together. (Real
 * shuffled kernels have the numbers of the layer's own and are nearer to them than independent
 * ones, so that false alarms are rarer than the level.) A generator of steps of a few
 * milliseconds.
 */
export function* encoderFinding(
  layers: readonly LabelledShares[],
): Generator<void, EncoderFinding> {
  const encoder = layers
    .map((layer, index) => ({ layer, index }))
    .filter(({ layer }) => layer.role === "encoder" && isThreeByThree(layer));
  const compared = evenlySpaced(encoder.flatMap(({ layer, index }) => comparedLayer(layer, index)));
  const shown = {
    layers: compared.map(({ index }) => index),
    leftOut: encoder.length - compared.length,
    ...divergences(compared),
  };
  if (compared.length < 2) {
    const reason = encoder.length === 0 ? "noEncoder" : "fewLayers";
    const none = { meanDivergence: null, floorMean: null, floorHigh: null, pValue: null, draws: 0 };
    return { verdict: VERDICTS[reason], reason, ...shown, ...none };
  }
  const meanDivergence = meanPairwiseJensenShannon(compared.map(({ counts }) => counts));
  const floor = yield* drawnFloor(compared);
  const reached = floor.filter((divergence) => divergence >= meanDivergence).length;
  const pValue = (1 + reached) / (1 + floor.length);
  const floorMean = floor.reduce((sum, divergence) => sum + divergence, 0) / floor.length;
  const floorHigh = floor[Math.ceil(FLOOR_SHARE * (floor.length + 1)) - 1];
  const reason = reasonOf(pValue, floorHigh);
  const measured = { meanDivergence, floorMean, floorHigh, pValue, draws: floor.length };
  return { verdict: VERDICTS[reason], reason, ...shown, ...measured };
}

function comparedLayer(layer: LabelledShares, index: number): ComparedLayer[] {
  const { counts, kernelCount: kernels, shuffled } = layer;
  if (counts === null || kernels < KERNELS_AT_LEAST) return [];
  const shuffledKernels = Math.min(kernels, SHUFFLED_KERNELS_AT_MOST);
  const pooled = Float64Array.from(
    shuffled,
    (share, label) => (share * shuffledKernels + counts[label]) / (shuffledKernels + kernels),
  );
  return [{ index, kernels, counts, shuffled, shuffledKernels, pooled }];
}

function divergences(
  compared: readonly ComparedLayer[],
): Pick<EncoderFinding, "consecutive" | "matrix"> {
  const matrix = compared.map(({ counts: row }) =>
    compared.map(({ counts: column }) => jensenShannon(row, column)),
  );
  return { consecutive: matrix.slice(1).map((row, at) => row[at]), matrix };
}

/** Mean divergences that chance alone may give the layers, ascending. */
function* drawnFloor(compared: readonly ComparedLayer[]): Generator<void, Float64Array> {
  const random = new SeededRandom(SEED);
  const counts = compared.map((layer) => layer.counts.slice());
  const shuffled = compared.map((layer) => layer.counts.slice());
  const ofShuffled = meanPairwiseJensenShannon(compared.map((layer) => layer.shuffled));
  const floor = new Float64Array(DRAWS);
  const perStep = Math.max(1, Math.floor(PAIRS_PER_STEP / compared.length ** 2));
  for (let draw = 0; draw < DRAWS; draw++) {
    for (const [at, { kernels, shuffledKernels, pooled }] of compared.entries()) {
      multinomialDraw(kernels, pooled, random, counts[at]);
      multinomialDraw(shuffledKernels, pooled, random, shuffled[at]);
    }
    const apart = meanPairwiseJensenShannon(counts) - meanPairwiseJensenShannon(shuffled);
    floor[draw] = ofShuffled + apart;
    if (draw % perStep === 0) yield;
  }
  return floor.sort();
}

const VERDICTS: Readonly<Record<EncoderReason, EncoderVerdict>> = {
  aboveFloor: "differ",
  withinFloor: "noMore",
  noEncoder: "cannotTell",
  fewLayers: "cannotTell",
  highFloor: "cannotTell",
};

function reasonOf(pValue: number, floorHigh: number): EncoderReason {
  if (pValue <= QUESTION_LEVEL) return "aboveFloor";
  return floorHigh > FLOOR_AT_MOST ? "highFloor" : "withinFloor";
}
