import { columns, floatAt, lastPairedRow, rows, squares, stride } from "./grid";

/** Up to four values of the plane occur once; all others occur in pairs. */
const singles: usize = memory.data(16, 16);
let singleCount: i32 = 0;

/**
 * Sorts the normalised values of the plane, from its half. For small grids, where counting in
 * bins would cost more than the values themselves.
 *
 * Values are dealt into equal buckets, after which each is near its place and insertion
 * finishes in linear time. Where nearly all values fall in one bucket that time grows with
 * the square of their number, so this is for a few thousand values at most.
 *
 * @param buckets a power of two; `places` has that many + 1 int32, all 0, and is left so.
 * @param ascending receives all values of the plane; `spare` is as long.
 */
export function sortValues(buckets: i32, places: usize, ascending: usize, spare: usize): void {
  const pairs = gatherPairs(ascending);
  deal(pairs, buckets, places, ascending, spare);
  insertionSort(spare, pairs);
  insertionSort(singles, singleCount);
  writePairs(pairs, spare, ascending);
}

/**
 * Copies one value of each pair of mirrored frequencies to `list`, and the others to
 * `singles`. In a row that mirrors itself, column u mirrors column width - u.
 *
 * @returns the number of pairs.
 */
function gatherPairs(list: usize): i32 {
  const half = (columns - 1) / 2;
  let count = 0;
  singleCount = 0;
  for (let v = 0; v < rows; v++) {
    const row = floatAt(squares, v * stride);
    const isPaired = timesOf(v) === 2;
    const taken = isPaired ? columns : half;
    memory.copy(floatAt(list, count), isPaired ? row : floatAt(row, 1), (<usize>taken) << 2);
    count += taken;
    if (isPaired) continue;
    addSingle(load<f32>(row));
    if (columns % 2 === 0) addSingle(load<f32>(floatAt(row, half + 1)));
  }
  return count;
}

function addSingle(value: f32): void {
  store<f32>(floatAt(singles, singleCount), value);
  singleCount++;
}

/** Deals `count` values of `from` to `to`, bucket by bucket. */
function deal(count: i32, buckets: i32, places: usize, from: usize, to: usize): void {
  for (let at = 0; at < count; at++) {
    const place = floatAt(places, bucketOf(load<f32>(floatAt(from, at)), buckets) + 1);
    store<i32>(place, load<i32>(place) + 1);
  }
  let before = 0;
  for (let bucket = 0; bucket < buckets; bucket++) {
    const place = floatAt(places, bucket);
    before += load<i32>(place);
    store<i32>(place, before);
  }
  for (let at = 0; at < count; at++) {
    const value = load<f32>(floatAt(from, at));
    const place = floatAt(places, bucketOf(value, buckets));
    const next = load<i32>(place);
    store<f32>(floatAt(to, next), value);
    store<i32>(place, next + 1);
  }
  memory.fill(places, 0, (<usize>(buckets + 1)) << 2);
}

/** Finishes a list in which each value is near its place. */
function insertionSort(list: usize, count: i32): void {
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

/** Sorted pairs, twice each, and the singles among them. */
function writePairs(count: i32, pairs: usize, ascending: usize): void {
  let single = 0;
  let at = 0;
  for (let pair = 0; pair < count; pair++, at += 2) {
    const value = load<f32>(floatAt(pairs, pair));
    for (; single < singleCount; single++, at++) {
      const lone = load<f32>(floatAt(singles, single));
      if (lone > value) break;
      store<f32>(floatAt(ascending, at), lone);
    }
    store<f32>(floatAt(ascending, at), value);
    store<f32>(floatAt(ascending, at), value, 4);
  }
  for (; single < singleCount; single++, at++) {
    store<f32>(floatAt(ascending, at), load<f32>(floatAt(singles, single)));
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
