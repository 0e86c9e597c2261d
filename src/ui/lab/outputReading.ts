import {
  type ClassMap,
  classAreas,
  largestChannels,
  namedClasses,
} from "../../core/maps/classMap.ts";
import type { Maps } from "../../worker/lab/protocol.ts";
import { rangeOf } from "./drawPicture.ts";

/** What the values of an output say about their meaning. */
export interface OutputReading {
  readonly low: number;
  readonly high: number;
  /** True where all lies in 0..1 or hardly outside, as of pictures that a network makes. */
  readonly isNearUnit: boolean;
  /** False for values outside 0..1: logits, or a network that was trained to give something else. */
  readonly isProbability: boolean;
  /** True of one channel of whole numbers from 0, some above 1: each names its pixel's class. */
  readonly isClassNumbers: boolean;
  /** True where the channels of each pixel are shares of one: a softmax over classes. */
  readonly isSoftmax: boolean;
  /**
   * The class of each pixel: its largest channel, or the one that it names. Null for one channel of
   * values, and for more channels than classes.
   */
  readonly classMap: ClassMap | null;
  /** Share of pixels of each class; empty without classes. */
  readonly shares: readonly number[];
}

/** More channels than this are not told apart in a list: features, not classes. */
export const MOST_CLASSES = 256;

/** Networks that make pictures overshoot their scale at edges. */
const OVERSHOOT = 0.25;

/** float32 sums of many shares, and float16 outputs, miss 1 by less. */
const SHARES_TOLERANCE = 0.01;

export function readingOf({ channels, width, height, values }: Maps): OutputReading {
  const { low, high } = rangeOf(values);
  const isProbability = low >= -SHARES_TOLERANCE && high <= 1 + SHARES_TOLERANCE;
  const isNearUnit = low >= -OVERSHOOT && high <= 1 + OVERSHOOT;
  const isClassNumbers =
    channels === 1 && low >= 0 && high > 1 && high < MOST_CLASSES && values.every(Number.isInteger);
  const size = width * height;
  let isSoftmax = isProbability && channels > 1;
  for (let pixel = 0; isSoftmax && pixel < size; pixel++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) sum += values[channel * size + pixel];
    isSoftmax = Math.abs(sum - 1) <= SHARES_TOLERANCE;
  }
  const hasClasses = channels > 1 && channels <= MOST_CLASSES && size > 1;
  const classMap = hasClasses
    ? largestChannels({ channels, values })
    : isClassNumbers
      ? namedClasses(values)
      : null;
  const shares = classMap === null ? [] : classAreas(classMap, null).map(({ share }) => share);
  return { low, high, isNearUnit, isProbability, isClassNumbers, isSoftmax, classMap, shares };
}

/** With two classes, what is not the one is the other: there is one area to look at. */
export function hasSeveralClasses({ classMap }: Pick<OutputReading, "classMap">): boolean {
  return classMap !== null && classMap.classes > 2;
}

export function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value));
}

/** The value whose sigmoid this is. */
export function logit(probability: number): number {
  return Math.log(probability / (1 - probability));
}

/** Share of pixels that are marked, 0..1. */
export function markedShare(marked: Uint8Array): number {
  let count = 0;
  for (const one of marked) count += one;
  return marked.length === 0 ? 0 : count / marked.length;
}

/** Values of a vector, largest first, with their channels; at most `most`. */
export function largestValues(
  { values }: Pick<Maps, "values">,
  most: number,
): readonly { readonly channel: number; readonly value: number }[] {
  return [...values.entries()]
    .map(([channel, value]) => ({ channel, value }))
    .sort((a, b) => b.value - a.value || a.channel - b.channel)
    .slice(0, most);
}
