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
 * Counts the squares on the half plane, divided by the largest, as values.
 *
 * @param evenTable bins, all 0, for every other value; `oddTable` for those between:
 * neighbouring values often fall in one bin, and an addition would have to wait for the
 * one before it. They may be the same table.
 */
export function countValues(largest: f32, bins: i32, evenTable: usize, oddTable: usize): void {
  const shift = UNIT_BITS - ctz(bins);
  for (let v = 0; v < rows; v++) {
    const weight = v >= 1 && v <= lastPairedRow ? 1 : 0;
    countRow(
      floatAt(squares, v * stride),
      1 / largest,
      weight,
      shift + weight,
      evenTable,
      oddTable,
    );
  }
}

/** Counts a row 2^`weight` times. */
function countRow(
  row: usize,
  scale: f32,
  weight: i32,
  shift: i32,
  evenTable: usize,
  oddTable: usize,
): void {
  const scales = f32x4.splat(scale);
  const units = f32x4.splat(f32(UNITS));
  const last = i32x4.splat(UNITS - 1);
  const one: i64 = (<i64>1) << (COUNT_BIT + weight);
  let u = 0;
  for (; u + 4 <= columns; u += 4) {
    const moduli = f32x4.sqrt(f32x4.mul(v128.load(floatAt(row, u)), scales));
    const whole = i32x4.trunc_sat_f32x4_s(f32x4.mul(moduli, units));
    const sums = i32x4.shl(i32x4.min_s(whole, last), weight);
    add(evenTable, i32x4.extract_lane(sums, 0), shift, one);
    add(oddTable, i32x4.extract_lane(sums, 1), shift, one);
    add(evenTable, i32x4.extract_lane(sums, 2), shift, one);
    add(oddTable, i32x4.extract_lane(sums, 3), shift, one);
  }
  for (; u < columns; u++) {
    const modulus = sqrt<f32>(load<f32>(floatAt(row, u)) * scale);
    add(evenTable, min(i32(modulus * f32(UNITS)), UNITS - 1) << weight, shift, one);
  }
}

function add(table: usize, sum: i32, shift: i32, one: i64): void {
  const bin = table + ((<usize>(sum >>> shift)) << 3);
  store<i64>(bin, load<i64>(bin) + one + <i64>sum);
}

/**
 * Makes a curve of counted values and leaves the tables empty. A curve is, with F the
 * distribution function, `bins` integrals of F over a bin each, then F at the `bins` + 1
 * edges.
 */
export function writeCurve(bins: i32, evenTable: usize, oddTable: usize, curve: usize): void {
  writeBins(bins, evenTable, oddTable, 0, bins, 0, curve, floatAt(curve, bins));
}

/**
 * The same for `count` bins from bin `first` of `bins`, below which `before` values lie.
 * F is written as a share of all values, and its integrals too.
 */
function writeBins(
  count: i32,
  evenTable: usize,
  oddTable: usize,
  first: i32,
  bins: i32,
  before: f64,
  integrals: usize,
  edges: usize,
): void {
  const width = 1 / f64(bins);
  const share = 1 / values;
  for (let bin = 0; bin < count; bin++) {
    const offset = (<usize>bin) << 3;
    let packed = load<i64>(evenTable + offset);
    store<i64>(evenTable + offset, 0);
    if (oddTable !== evenTable) {
      packed += load<i64>(oddTable + offset);
      store<i64>(oddTable + offset, 0);
    }
    const inBin = f64(packed >>> COUNT_BIT);
    // Values were rounded down to units: half a unit each is what they lost on average.
    const sum = (f64(packed & SUM_MASK) + inBin / 2) / f64(UNITS);
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

/**
 * Numbers the bins in which the sign of F_a - F_b may change: slot + 1 in `marks`, where 0
 * means none, and the bin in `markedBins`. Bins that have a slot keep it.
 *
 * @returns the number of slots after it.
 */
export function markCrossings(
  bins: i32,
  edgesA: usize,
  edgesB: usize,
  marks: usize,
  markedBins: usize,
  slots: i32,
): i32 {
  const nothing = f32x4.splat(0);
  for (let bin = 0; bin < bins; bin += 4) {
    const place = (<usize>bin) << 2;
    const crossed = f32x4.gt(crossing(edgesA + place, edgesB + place), nothing);
    const lanes = i32x4.bitmask(crossed);
    if (lanes === 0) continue;
    for (let lane = 0; lane < 4; lane++) {
      const mark = marks + place + ((<usize>lane) << 2);
      if ((lanes & (1 << lane)) === 0 || load<i32>(mark) !== 0) continue;
      store<i32>(floatAt(markedBins, slots), bin + lane);
      slots++;
      store<i32>(mark, slots);
    }
  }
  return slots;
}

/** Counts once more what falls in marked bins, each divided into `parts` (a power of two). */
export function countMarked(
  largest: f32,
  bins: i32,
  parts: i32,
  marks: usize,
  partTable: usize,
): void {
  const binShift = UNIT_BITS - ctz(bins);
  const partShift = binShift - ctz(parts);
  const scales = f32x4.splat(1 / largest);
  const units = f32x4.splat(f32(UNITS));
  const last = i32x4.splat(UNITS - 1);
  for (let v = 0; v < rows; v++) {
    const row = floatAt(squares, v * stride);
    const weight = v >= 1 && v <= lastPairedRow ? 1 : 0;
    for (let u = 0; u < columns; u += 4) {
      const moduli = f32x4.sqrt(f32x4.mul(v128.load(floatAt(row, u)), scales));
      const whole = i32x4.min_s(i32x4.trunc_sat_f32x4_s(f32x4.mul(moduli, units)), last);
      const isShort = u + 4 > columns;
      addMarked(i32x4.extract_lane(whole, 0), weight, binShift, partShift, parts, marks, partTable);
      if (isShort && u + 1 >= columns) continue;
      addMarked(i32x4.extract_lane(whole, 1), weight, binShift, partShift, parts, marks, partTable);
      if (isShort && u + 2 >= columns) continue;
      addMarked(i32x4.extract_lane(whole, 2), weight, binShift, partShift, parts, marks, partTable);
      if (isShort) continue;
      addMarked(i32x4.extract_lane(whole, 3), weight, binShift, partShift, parts, marks, partTable);
    }
  }
}

function addMarked(
  whole: i32,
  weight: i32,
  binShift: i32,
  partShift: i32,
  parts: i32,
  marks: usize,
  partTable: usize,
): void {
  const slot = load<i32>(floatAt(marks, whole >>> binShift));
  if (slot === 0) return;
  const part = (slot - 1) * parts + ((whole >>> partShift) & (parts - 1));
  const at = partTable + ((<usize>part) << 3);
  store<i64>(at, load<i64>(at) + ((<i64>1) << (COUNT_BIT + weight)) + <i64>(whole << weight));
}

/** Makes curves of the marked bins' parts, where the parts are `bins` * `parts` to the whole. */
export function writePartCurve(
  bin: i32,
  bins: i32,
  parts: i32,
  partTable: usize,
  edgeBefore: f32,
  integrals: usize,
  edges: usize,
): void {
  const before = Math.round(f64(edgeBefore) * values);
  writeBins(parts, partTable, partTable, bin * parts, bins * parts, before, integrals, edges);
}
