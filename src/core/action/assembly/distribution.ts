import { columns, floatAt, lastPairedRow, rows, squares, stride, values } from "./grid";

/**
 * The values of one spectrum as a distribution on [0, 1]. The mean |difference| of two
 * sorted lists is the Wasserstein-1 distance of the two distributions, the integral of
 * the difference of their distribution functions (Vallender 1974), so no list has to be
 * sorted: values are counted in bins, and within a bin that integral follows exactly from
 * how many values there are and what they sum to.
 *
 * A bin is one 64-bit number, so that a value costs one load, addition and store: the sum of its
 * values, in units of 2^-21, below bit 42 and their count above. Both hold 2^20 values.
 */
const UNIT_BITS: i32 = 21;
const UNITS: i32 = 1 << UNIT_BITS;
const COUNT_BIT: i64 = 42;
const SUM_MASK: i64 = (1 << COUNT_BIT) - 1;

/**
 * 2^23. From there to 2^24 floats are whole numbers, so adding it rounds a smaller number to a
 * whole one, which the low bits of the sum then are: one instruction, where a conversion
 * that minds all cases takes five. Its own bits are taken off bins and sums as a constant.
 */
const ROUNDER: f32 = 8388608;
const ROUNDER_BITS: i32 = 0x4b000000;

/** Values of a row stand for two, but for those of the rows that mirror themselves. */
function weightOf(v: i32): i32 {
  return v >= 1 && v <= lastPairedRow ? 1 : 0;
}

/**
 * Counts the squares on the half plane, divided by the largest, as values.
 *
 * @param evenTable bins, all 0, for every other value; `oddTable` for those between:
 * neighbouring values often fall in one bin, and an addition would have to wait for the
 * one before it. They may be the same table.
 */
export function countValues(largest: f32, bins: i32, evenTable: usize, oddTable: usize): void {
  const shift = UNIT_BITS - ctz(bins);
  for (let v = 0; v < rows; v++) {
    const row = floatAt(squares, v * stride);
    countRow(row, largest, weightOf(v), shift, evenTable, oddTable);
  }
}

/** Counts a row 2^`weight` times; its sums too are 2^`weight` times the values. */
function countRow(
  row: usize,
  largest: f32,
  weight: i32,
  shift: i32,
  evenTable: usize,
  oddTable: usize,
): void {
  const units = UNITS << weight;
  const factor = f32(units) / sqrt<f32>(largest);
  const last = ROUNDER_BITS + units - 1;
  const factors = f32x4.splat(factor);
  const rounders = f32x4.splat(ROUNDER);
  const lasts = i32x4.splat(last);
  const binShift = shift + weight;
  const one: i64 = ((<i64>1) << (COUNT_BIT + weight)) - <i64>ROUNDER_BITS;
  const rounderBins = (<usize>(ROUNDER_BITS >>> binShift)) << 3;
  const even = evenTable - rounderBins;
  const odd = oddTable - rounderBins;
  let u = 0;
  for (; u + 4 <= columns; u += 4) {
    const moduli = f32x4.sqrt(v128.load(floatAt(row, u)));
    const bits = i32x4.min_s(f32x4.add(f32x4.mul(moduli, factors), rounders), lasts);
    add(even, i32x4.extract_lane(bits, 0), binShift, one);
    add(odd, i32x4.extract_lane(bits, 1), binShift, one);
    add(even, i32x4.extract_lane(bits, 2), binShift, one);
    add(odd, i32x4.extract_lane(bits, 3), binShift, one);
  }
  for (; u < columns; u++) {
    const modulus = sqrt<f32>(load<f32>(floatAt(row, u)));
    add(even, min(reinterpret<i32>(modulus * factor + ROUNDER), last), binShift, one);
  }
}

function add(table: usize, bits: i32, shift: i32, one: i64): void {
  const bin = table + ((<usize>(bits >>> shift)) << 3);
  store<i64>(bin, load<i64>(bin) + one + <i64>bits);
}

/**
 * Adds the second table to the first, which is left empty, and sums up groups of bins.
 *
 * @param perGroup an even number.
 */
export function sumGroups(
  groups: i32,
  perGroup: i32,
  evenTable: usize,
  oddTable: usize,
  groupTable: usize,
): void {
  const nothing = i64x2.splat(0);
  const bytesPerGroup = (<usize>perGroup) << 3;
  for (let group = 0; group < groups; group++) {
    let sums = nothing;
    for (let offset: usize = 0; offset < bytesPerGroup; offset += 16) {
      const both = i64x2.add(v128.load(evenTable + offset), v128.load(oddTable + offset));
      v128.store(evenTable + offset, both);
      v128.store(oddTable + offset, nothing);
      sums = i64x2.add(sums, both);
    }
    const sum = i64x2.extract_lane(sums, 0) + i64x2.extract_lane(sums, 1);
    store<i64>(groupTable + ((<usize>group) << 3), sum);
    evenTable += bytesPerGroup;
    oddTable += bytesPerGroup;
  }
}

/**
 * Makes curves of `count` counted bins, from bin `first` of `bins`, below which `before` values
 * lie. With F the distribution function, a share of all values: `integrals` of F over a bin
 * each, and F at the `count` + 1 `edges`.
 */
export function writeCurve(
  count: i32,
  table: usize,
  first: i32,
  bins: i32,
  before: f64,
  integrals: usize,
  edges: usize,
): void {
  const width = 1 / f64(bins);
  const share = 1 / values;
  for (let bin = 0; bin < count; bin++) {
    const packed = load<i64>(table + ((<usize>bin) << 3));
    const inBin = f64(packed >>> COUNT_BIT);
    const sum = f64(packed & SUM_MASK) / f64(UNITS);
    const integral = before * width + inBin * (f64(first + bin + 1) * width) - sum;
    store<f32>(floatAt(integrals, bin), f32(integral * share));
    store<f32>(floatAt(edges, bin), f32(before * share));
    before += inBin;
  }
  store<f32>(floatAt(edges, count), f32(before * share));
}

/** By how much the last `distanceOver` may be too small, in halves of a bin's width. */
export let doubt: f32 = 0;

/**
 * Distance of two distributions over `bins` bins, from below, given as integrals of F over
 * a bin each and F at the edges. Where F_a - F_b keeps its sign within a bin, its integral is
 * exact; where the sign may change, the integral of the modulus is larger by at most
 * 2 width min(highest, -lowest), with what F_a - F_b reaches at most and at least.
 */
export function distanceOver(
  bins: i32,
  integralsA: usize,
  edgesA: usize,
  integralsB: usize,
  edgesB: usize,
): f32 {
  const nothing = f32x4.splat(0);
  let areas = nothing;
  let doubts = nothing;
  for (let bin = 0; bin < bins; bin += 4) {
    const place = (<usize>bin) << 2;
    const gap = f32x4.sub(v128.load(integralsA + place), v128.load(integralsB + place));
    areas = f32x4.add(areas, f32x4.abs(gap));
    const crossed = crossing(edgesA + place, edgesB + place);
    doubts = f32x4.add(doubts, f32x4.pmax(nothing, crossed));
  }
  doubt = sumOfLanes(doubts);
  return sumOfLanes(areas);
}

/** min(highest, -lowest) in four bins: positive where the sign of F_a - F_b may change. */
function crossing(edgesA: usize, edgesB: usize): v128 {
  const highest = f32x4.sub(v128.load(edgesA, 4), v128.load(edgesB));
  const lowest = f32x4.sub(v128.load(edgesB, 4), v128.load(edgesA));
  return f32x4.pmin(highest, lowest);
}

/** For each of four bins a bit: whether the sign of F_a - F_b may change in it. */
export function crossedBins(edgesA: usize, edgesB: usize): i32 {
  return i32x4.bitmask(f32x4.gt(crossing(edgesA, edgesB), f32x4.splat(0)));
}

/** The same in one bin. */
export function isCrossed(edgesA: usize, edgesB: usize): bool {
  const highest = load<f32>(edgesA, 4) - load<f32>(edgesB);
  const lowest = load<f32>(edgesB, 4) - load<f32>(edgesA);
  return min(highest, lowest) > 0;
}

function sumOfLanes(lanes: v128): f32 {
  const low = f32x4.extract_lane(lanes, 0) + f32x4.extract_lane(lanes, 1);
  return low + (f32x4.extract_lane(lanes, 2) + f32x4.extract_lane(lanes, 3));
}

/** Counts once more what falls in marked bins, each divided into `parts`. */
export function countMarked(
  largest: f32,
  bins: i32,
  parts: i32,
  marks: usize,
  partTable: usize,
): void {
  const shift = UNIT_BITS - ctz(bins);
  for (let v = 0; v < rows; v++) {
    const weight = weightOf(v);
    const units = UNITS << weight;
    const factors = f32x4.splat(f32(units) / sqrt<f32>(largest));
    const rounders = f32x4.splat(ROUNDER);
    const lasts = i32x4.splat(ROUNDER_BITS + units - 1);
    const row = floatAt(squares, v * stride);
    for (let u = 0; u < columns; u += 4) {
      const moduli = f32x4.sqrt(v128.load(floatAt(row, u)));
      const bits = i32x4.min_s(f32x4.add(f32x4.mul(moduli, factors), rounders), lasts);
      const whole = i32x4.sub(bits, i32x4.splat(ROUNDER_BITS));
      const left = columns - u;
      addMarked(i32x4.extract_lane(whole, 0), weight, shift, parts, marks, partTable);
      if (left > 1) {
        addMarked(i32x4.extract_lane(whole, 1), weight, shift, parts, marks, partTable);
      }
      if (left > 2) {
        addMarked(i32x4.extract_lane(whole, 2), weight, shift, parts, marks, partTable);
      }
      if (left > 3) {
        addMarked(i32x4.extract_lane(whole, 3), weight, shift, parts, marks, partTable);
      }
    }
  }
}

function addMarked(
  whole: i32,
  weight: i32,
  shift: i32,
  parts: i32,
  marks: usize,
  partTable: usize,
): void {
  const binShift = shift + weight;
  const slot = load<i32>(floatAt(marks, whole >>> binShift));
  if (slot === 0) return;
  const inBin = (whole >>> (binShift - ctz(parts))) & (parts - 1);
  const at = partTable + ((<usize>((slot - 1) * parts + inBin)) << 3);
  store<i64>(at, load<i64>(at) + ((<i64>1) << (COUNT_BIT + weight)) + <i64>whole);
}
