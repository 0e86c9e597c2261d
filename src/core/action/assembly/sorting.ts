import { columns, floatAt, lastPairedRow, rows, squares, stride } from "./grid";

/**
 * Sorts the normalised values on the half plane, each as often as it occurs on the full
 * one. For small grids, where counting in bins would cost more than the values themselves.
 *
 * Values are dealt into equal buckets, after which each is near its place and insertion
 * finishes in linear time. Where nearly all values fall in one bucket that time grows with
 * the square of their number, so this is for a few thousand values at most.
 *
 * @param buckets a power of two; `places` has that many + 1 int32, all 0, and is left so.
 * @param ascending receives all values of the plane.
 */
export function sortValues(buckets: i32, places: usize, ascending: usize): void {
  for (let v = 0; v < rows; v++) {
    const row = floatAt(squares, v * stride);
    const times = timesOf(v);
    for (let u = 0; u < columns; u++) {
      const place = floatAt(places, bucketOf(load<f32>(floatAt(row, u)), buckets) + 1);
      store<i32>(place, load<i32>(place) + times);
    }
  }
  let before = 0;
  for (let bucket = 0; bucket < buckets; bucket++) {
    const place = floatAt(places, bucket);
    before += load<i32>(place);
    store<i32>(place, before);
  }
  for (let v = 0; v < rows; v++) {
    const row = floatAt(squares, v * stride);
    const isPaired = timesOf(v) === 2;
    for (let u = 0; u < columns; u++) {
      const value = load<f32>(floatAt(row, u));
      const place = floatAt(places, bucketOf(value, buckets));
      const at = load<i32>(place);
      store<f32>(floatAt(ascending, at), value);
      if (isPaired) store<f32>(floatAt(ascending, at), value, 4);
      store<i32>(place, isPaired ? at + 2 : at + 1);
    }
  }
  memory.fill(places, 0, (<usize>(buckets + 1)) << 2);
}

/** Finishes a list in which each value is near its place. */
export function insertionSort(list: usize, count: i32): void {
  for (let i = 1; i < count; i++) {
    const value = load<f32>(floatAt(list, i));
    let at = i - 1;
    while (at >= 0 && load<f32>(floatAt(list, at)) > value) {
      store<f32>(floatAt(list, at + 1), load<f32>(floatAt(list, at)));
      at--;
    }
    store<f32>(floatAt(list, at + 1), value);
  }
}

function timesOf(v: i32): i32 {
  return v >= 1 && v <= lastPairedRow ? 2 : 1;
}

function bucketOf(value: f32, buckets: i32): i32 {
  return min(i32(value * f32(buckets)), buckets - 1);
}

/** Mean |a - b| of two lists of `count` values. */
export function listDistance(a: usize, b: usize, count: i32): f32 {
  let sums = f32x4.splat(0);
  let at = 0;
  for (; at + 4 <= count; at += 4) {
    const difference = f32x4.sub(v128.load(floatAt(a, at)), v128.load(floatAt(b, at)));
    sums = f32x4.add(sums, f32x4.abs(difference));
  }
  let sum = f64(f32x4.extract_lane(sums, 0)) + f64(f32x4.extract_lane(sums, 1));
  sum += f64(f32x4.extract_lane(sums, 2)) + f64(f32x4.extract_lane(sums, 3));
  for (; at < count; at++) {
    sum += f64(abs(load<f32>(floatAt(a, at)) - load<f32>(floatAt(b, at))));
  }
  return f32(sum / f64(count));
}

/** Bits of a digit: three of them make up a float32. */
const DIGIT_BITS: i32 = 11;
const DIGITS: i32 = 1 << DIGIT_BITS;

/** How often each digit occurs, then where its values begin. */
const digitPlaces: usize = memory.data(8192, 16);

/**
 * Sorts values that are not negative, whatever their distribution, in linear time: as
 * numbers without a sign their bits have the same order.
 *
 * @param spare room for `count` values.
 */
export function radixSort(list: usize, spare: usize, count: i32): void {
  for (let shift = 0; shift < 32; shift += DIGIT_BITS) {
    memory.fill(digitPlaces, 0, (<usize>DIGITS) << 2);
    for (let at = 0; at < count; at++) {
      const place = floatAt(digitPlaces, digitOf(load<u32>(floatAt(list, at)), shift));
      store<i32>(place, load<i32>(place) + 1);
    }
    let before = 0;
    for (let digit = 0; digit < DIGITS; digit++) {
      const place = floatAt(digitPlaces, digit);
      const own = load<i32>(place);
      store<i32>(place, before);
      before += own;
    }
    for (let at = 0; at < count; at++) {
      const bits = load<u32>(floatAt(list, at));
      const place = floatAt(digitPlaces, digitOf(bits, shift));
      const next = load<i32>(place);
      store<u32>(floatAt(spare, next), bits);
      store<i32>(place, next + 1);
    }
    memory.copy(list, spare, (<usize>count) << 2);
  }
}

function digitOf(bits: u32, shift: i32): i32 {
  return i32((bits >>> shift) & u32(DIGITS - 1));
}

/** Copies the normalised values of the half plane, each as often as on the full one. */
export function copyValues(list: usize): void {
  for (let v = 0; v < rows; v++) {
    const row = floatAt(squares, v * stride);
    const bytes = (<usize>columns) << 2;
    for (let times = timesOf(v); times > 0; times--) {
      memory.copy(list, row, bytes);
      list += bytes;
    }
  }
}
