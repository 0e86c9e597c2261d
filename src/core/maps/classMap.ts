import type { ChannelMaps } from "./channelMaps.ts";

/** Of a pixel that belongs to no class. */
export const NO_CLASS = -1;

/** Which class each pixel of a picture belongs to. */
export interface ClassMap {
  /** Classes are numbered from 0 to one less. */
  readonly classes: number;
  /** One per pixel, row-major; `NO_CLASS` for none. */
  readonly numbers: Int32Array;
}

/**
 * The largest channel of each pixel: one class per pixel, as networks that end in a softmax are
 * read. Of equal ones the first counts, as in argmax; what is no number is never the largest.
 */
export function largestChannels({ channels, values }: ChannelMaps): ClassMap {
  const size = values.length / channels;
  const numbers = new Int32Array(size).fill(NO_CLASS);
  const largest = new Float32Array(size);
  for (let channel = 0; channel < channels; channel++) {
    const from = channel * size;
    for (let pixel = 0; pixel < size; pixel++) {
      const value = values[from + pixel];
      if (numbers[pixel] === NO_CLASS ? !Number.isNaN(value) : value > largest[pixel]) {
        numbers[pixel] = channel;
        largest[pixel] = value;
      }
    }
  }
  return { classes: channels, numbers };
}

/** The classes that a map of class numbers names: of networks that end in an argmax. */
export function namedClasses(values: Float32Array): ClassMap {
  const numbers = new Int32Array(values.length);
  let last = NO_CLASS;
  for (let pixel = 0; pixel < values.length; pixel++) {
    const value = values[pixel];
    numbers[pixel] = Number.isInteger(value) && value >= 0 ? value : NO_CLASS;
    last = Math.max(last, numbers[pixel]);
  }
  return { classes: last + 1, numbers };
}

/** How much of a picture a class takes, and how well that agrees with the right answer. */
export interface ClassArea {
  readonly number: number;
  /** Of all pixels, 0..1. */
  readonly share: number;
  /** Dice's coefficient with the right area, 0..1; null where that is not known. */
  readonly dice: number | null;
}

/** A mask whose labels stand for classes. */
export interface RightAnswer {
  /** One per pixel. */
  readonly labels: Float32Array;
  /** Of each class; null where no label stands for it alone. Two classes may have the same. */
  readonly labelOf: readonly (number | null)[];
  /** Pixels with this label are compared with no class but one that it stands for. */
  readonly leftOut: number | null;
}

/**
 * The areas of all classes, in one pass over the pixels.
 *
 * @param right of the same picture; null where it is not known.
 * @returns one per class, in their order. Throws a RangeError if the sizes differ.
 */
export function classAreas(own: ClassMap, right: RightAnswer | null): ClassArea[] {
  const { classes, numbers } = own;
  const size = numbers.length;
  if (right !== null && right.labels.length !== size) {
    throw new RangeError(`${size} pixels against ${right.labels.length}`);
  }
  const inOwn = new Uint32Array(classes);
  for (let pixel = 0; pixel < size; pixel++) {
    if (numbers[pixel] >= 0) inOwn[numbers[pixel]] += 1;
  }
  const agreement = right === null ? null : labelAgreement(own, right);
  return Array.from(inOwn, (count, number) => {
    const shared = agreement?.(number) ?? null;
    const either = shared === null ? 0 : count - shared.leftOut + shared.inRight;
    // Of what neither has there is nothing to agree about.
    const dice = shared === null || either === 0 ? null : (2 * shared.inBoth) / either;
    return { number, share: count / size, dice };
  });
}

/** The pixels of a class in an answer. */
interface Shared {
  readonly inBoth: number;
  readonly inRight: number;
  /** Of the class's own. */
  readonly leftOut: number;
}

/** Counts how often each class meets each label; asked for a class, its pixels and its label's. */
function labelAgreement({ classes, numbers }: ClassMap, { labels, labelOf, leftOut }: RightAnswer) {
  const places = new Map<number, number>();
  for (const label of [leftOut, ...labelOf]) {
    if (label !== null && !places.has(label)) places.set(label, places.size);
  }
  const inRight = new Uint32Array(places.size);
  const met = new Uint32Array(places.size * classes);
  for (let pixel = 0; pixel < labels.length; pixel++) {
    const place = places.get(labels[pixel]);
    if (place === undefined) continue;
    inRight[place] += 1;
    if (numbers[pixel] >= 0) met[place * classes + numbers[pixel]] += 1;
  }
  const left = leftOut === null ? undefined : places.get(leftOut);
  return (number: number): Shared | null => {
    const label = labelOf[number] ?? null;
    const place = label === null ? undefined : places.get(label);
    if (place === undefined) return null;
    return {
      inBoth: met[place * classes + number],
      inRight: inRight[place],
      leftOut: left === undefined || left === place ? 0 : met[left * classes + number],
    };
  };
}

/**
 * The mean of the coefficients of all classes but the first, by custom the background; null where
 * none is known.
 */
export function meanDice(areas: readonly ClassArea[]): number | null {
  const known = areas.filter(({ number }) => number > 0).flatMap(({ dice }) => dice ?? []);
  return known.length === 0 ? null : known.reduce((sum, dice) => sum + dice, 0) / known.length;
}

/** 1 where a pixel is of this class, else 0. */
export function pixelsOfClass({ numbers }: ClassMap, number: number): Uint8Array<ArrayBuffer> {
  const pixels = new Uint8Array(numbers.length);
  for (let pixel = 0; pixel < numbers.length; pixel++) {
    if (numbers[pixel] === number) pixels[pixel] = 1;
  }
  return pixels;
}
