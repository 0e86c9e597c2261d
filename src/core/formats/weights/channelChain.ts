import type { Reading } from "./readings.ts";

/** A layer of the chain: how it may be read, and whether it may read the image itself. */
export interface ChainLayer {
  readonly readings: readonly Reading[];
  /** First layer of a branch that begins at the image, as another layer of its shape does. */
  readonly readsImage: boolean;
  readonly isNamedTransposed: boolean;
}

/** The readings under which the channels of neighbouring layers fit best. */
export interface ChannelChain {
  /** How well they fit, for comparison of chains of the same layers. */
  readonly score: number;
  /** Index of the best reading of each layer. */
  readonly best: readonly number[];
  /** Per layer and reading: how well the whole chain fits if this layer is read so. */
  readonly scores: readonly (readonly number[])[];
  /** Per layer and reading: its groups behind the layer before, read at its best. */
  readonly groups: readonly (readonly number[])[];
}

/** The layer takes what the layer before it makes, alone or with as much from the encoder. */
const EXACT = 3;
/** It takes that and the outputs of some other layer. */
const JOINED = 2;
/** Its groups fit that, with several kernels for each channel or other sizes of groups. */
const MULTIPLIED = 2;
/** It takes that once `PixelShuffle` has turned channels into pixels. */
const SHUFFLED = 1;
/** All passes through a single channel, as only the last layers of a network let it. */
const THROUGH_ONE = 1;
/** It takes a single channel of several, as no layer does. */
const ONE_OF_MANY = -1;
/** It is the first and takes an image. */
const FROM_IMAGE = 1;
/** It begins another branch, which outweighs that the layer before it is of no account. */
const FROM_IMAGE_AGAIN = EXACT - ONE_OF_MANY;
/** Channels of images: grey, colour, colour with depth or opacity. */
const LARGEST_IMAGE = 4;

/** What a reading must gain to be preferred to the plain one. */
const PREFERENCE: Readonly<Record<Reading["kind"], number>> = {
  plain: 0,
  depthwise: -0.25,
  transposed: -0.5,
  grouped: -0.75,
};

/** A name decides between the unusual readings, as at the end of an autoencoder. */
const NAMED_TRANSPOSED = -0.1;

const IMPOSSIBLE = Number.NEGATIVE_INFINITY;

/**
 * Reads all layers of a network, in order, such that as many as possible take the channels that
 * the layer before makes (Viterbi's algorithm, forwards and backwards). Networks branch, so
 * that some links never fit: the sum counts.
 */
export function fitChain(layers: readonly ChainLayer[]): ChannelChain {
  const widths = new Set(layers.flatMap(({ readings }) => readings.map(({ outputs }) => outputs)));
  const link: Link = (before, reading) => linkScore(before, reading, widths);
  const forward: number[][] = [];
  const from: number[][] = [];
  for (const [index, layer] of layers.entries()) {
    const before = layers[index - 1];
    const links = layer.readings.map((reading) =>
      before === undefined ? NO_LINK : bestLink(before, forward[index - 1], reading, link),
    );
    forward.push(links.map(({ score }, at) => score + own(layer, index === 0, layer.readings[at])));
    from.push(links.map(({ previous }) => previous));
  }
  const backward = backwardScores(layers, link);
  const best = bestPath(forward, from);
  return {
    score: Math.max(0, ...(forward.at(-1) ?? [])),
    best,
    scores: forward.map((row, index) => row.map((score, at) => score + backward[index][at])),
    groups: layers.map(({ readings }, index) => {
      const before = layers[index - 1]?.readings[best[index - 1]];
      return readings.map((reading) => groupsOf(reading, before));
    }),
  };
}

type Link = (before: Reading, reading: Reading) => number;

const NO_LINK = { score: 0, previous: 0 };

function bestLink(
  before: ChainLayer,
  reached: readonly number[],
  reading: Reading,
  link: Link,
): { score: number; previous: number } {
  let score = IMPOSSIBLE;
  let previous = 0;
  for (const [at, candidate] of before.readings.entries()) {
    const total = reached[at] + link(candidate, reading);
    if (total > score) [score, previous] = [total, at];
  }
  return { score, previous };
}

function linkScore(
  before: Reading,
  { kind, inputs, outputs, groups }: Reading,
  widths: ReadonlySet<number>,
): number {
  if (groups === null) {
    const behind = groupsBehind(before.outputs, inputs, outputs);
    return behind === null ? 0 : before.outputs === outputs ? EXACT : MULTIPLIED;
  }
  if (inputs === 1 && groups === 1) return before.outputs === 1 ? THROUGH_ONE : ONE_OF_MANY;
  if (inputs === before.outputs) return EXACT;
  // The usual skip connection joins as many channels again, and a plain convolution follows.
  if (inputs === 2 * before.outputs) return kind === "plain" ? EXACT : JOINED;
  if (inputs > before.outputs && widths.has(inputs - before.outputs)) return JOINED;
  return before.outputs === 4 * inputs || before.outputs === 9 * inputs ? SHUFFLED : 0;
}

/** A depthwise convolution whose neighbour does not tell has a group for each channel. */
function groupsOf({ groups, inputs, outputs }: Reading, before: Reading | undefined): number {
  if (groups !== null) return groups;
  const behind = before === undefined ? null : groupsBehind(before.outputs, inputs, outputs);
  return behind ?? (inputs === 1 ? outputs : 1);
}

/** Groups of a layer with `inputs` channels a group behind one with `channels`; null if none fit. */
function groupsBehind(channels: number, inputs: number, outputs: number): number | null {
  const groups = channels / inputs;
  const fits = Number.isInteger(groups) && groups > 1 && outputs % groups === 0;
  return fits ? groups : null;
}

/** What speaks for a reading whatever the layers around are. */
function own(layer: ChainLayer, isFirst: boolean, { kind, inputs }: Reading): number {
  if (kind === "transposed" && layer.isNamedTransposed) return NAMED_TRANSPOSED;
  const preference = PREFERENCE[kind];
  if (kind !== "plain" || inputs > LARGEST_IMAGE) return preference;
  if (isFirst) return preference + FROM_IMAGE;
  return layer.readsImage ? preference + FROM_IMAGE_AGAIN : preference;
}

function backwardScores(layers: readonly ChainLayer[], link: Link): number[][] {
  const backward = layers.map(({ readings }) => readings.map(() => 0));
  for (let index = layers.length - 2; index >= 0; index -= 1) {
    const next = layers[index + 1];
    backward[index] = layers[index].readings.map((reading) =>
      next.readings.reduce((most, following, at) => {
        const score = link(reading, following) + own(next, false, following);
        return Math.max(most, score + backward[index + 1][at]);
      }, IMPOSSIBLE),
    );
  }
  return backward;
}

function bestPath(forward: readonly number[][], from: readonly number[][]): number[] {
  const best = forward.map(() => 0);
  let at = indexOfLargest(forward.at(-1) ?? []);
  for (let index = forward.length - 1; index >= 0; index -= 1) {
    best[index] = at;
    at = from[index][at];
  }
  return best;
}

function indexOfLargest(scores: readonly number[]): number {
  return scores.reduce((largest, score, at) => (score > scores[largest] ? at : largest), 0);
}
