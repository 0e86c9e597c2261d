import { features, kernelHeight, kernelWidth, writeNotANumber } from "./comparison";
import {
  countMarked,
  countValues,
  crossedBins,
  distanceOver,
  doubt,
  isCrossed,
  sumGroups,
  writeCurve,
} from "./distribution";
import { floatAt, values } from "./grid";
import { scaleKernel, squaredResponse } from "./response";

// Distribution functions, for larger grids, at three resolutions: groups of bins, bins, and
// parts of bins. Two distributions cross in few places, and only there the finer one is looked at.
// A curve is a list of integrals and one of edges, see `writeCurve`.

/** All are powers of two. */
let groups: i32 = 0;
let perGroup: i32 = 0;
let bins: i32 = 0;
let parts: i32 = 0;
let tolerance: f32 = 0;

let evenTable: usize = 0;
let oddTable: usize = 0;
let groupTable: usize = 0;
let partTable: usize = 0;
/** Of the kernel that is compared: curves over groups, and over the bins of some groups. */
let groupCurve: usize = 0;
let binCurve: usize = 0;
/** Per group whether its bins have a curve. */
let isWritten: usize = 0;
/** Per bin its slot + 1 in the lists below, or 0. */
let marks: usize = 0;
let markedBins: usize = 0;
let partIntegrals: usize = 0;
let partEdges: usize = 0;
/** Per feature the distance over bins. */
let areas: usize = 0;

/** Bytes of a curve over so many bins. */
function curveBytes(count: i32): usize {
  return (<usize>(2 * count + 4)) << 2;
}

/** The end of memory that has been handed out. */
let end: usize = 0;

function take(bytes: usize): usize {
  const start = end;
  end += (bytes + 15) & ~15;
  return start;
}

/** Bytes that `setBins` needs. */
export function binsBytes(groupCount: i32, binCount: i32, partCount: i32): usize {
  end = 0;
  layOut(groupCount, binCount, partCount);
  return end;
}

/**
 * @param room zeros, `binsBytes` of them.
 * @param largestDoubt a distance that lies in an interval longer than this is written as OPEN.
 */
export function setBins(
  groupCount: i32,
  binCount: i32,
  partCount: i32,
  largestDoubt: f32,
  room: usize,
): void {
  end = room;
  layOut(groupCount, binCount, partCount);
  tolerance = largestDoubt;
}

function layOut(groupCount: i32, binCount: i32, partCount: i32): void {
  groups = groupCount;
  bins = binCount;
  parts = partCount;
  perGroup = bins / groups;
  evenTable = take((<usize>bins) << 3);
  oddTable = take((<usize>bins) << 3);
  groupTable = take((<usize>groups) << 3);
  partTable = take((<usize>(bins * parts)) << 3);
  groupCurve = take(curveBytes(groups));
  binCurve = take(curveBytes(bins));
  isWritten = take((<usize>groups) << 2);
  marks = take((<usize>bins) << 2);
  markedBins = take((<usize>bins) << 2);
  partIntegrals = take((<usize>(bins * parts)) << 2);
  partEdges = take((<usize>(bins * (parts + 4))) << 2);
  areas = take((<usize>features) << 2);
}

/** Bytes of the curves of one feature, over groups, bins and all parts. */
export function featureBytes(): usize {
  return curveBytes(groups) + curveBytes(bins) + curveBytes(bins * parts);
}

export function writeFeatureCurves(feature: usize, curves: usize): void {
  scaleKernel(feature, 9);
  const largest = squaredResponse(3, 3);
  countInBins(largest);
  writeWhole(groups, groupTable, curves);
  writeWhole(bins, evenTable, curves + curveBytes(groups));
  memory.fill(evenTable, 0, (<usize>bins) << 3);
  countValues(largest, bins * parts, partTable, partTable);
  writeWhole(bins * parts, partTable, curves + curveBytes(groups) + curveBytes(bins));
  memory.fill(partTable, 0, (<usize>(bins * parts)) << 3);
}

function countInBins(largest: f32): void {
  countValues(largest, bins, evenTable, oddTable);
  sumGroups(groups, perGroup, evenTable, oddTable, groupTable);
}

function writeWhole(count: i32, table: usize, curve: usize): void {
  writeCurve(count, table, 0, count, 0, curve, floatAt(curve, count));
}

/** A distance that even the parts leave open by more than is tolerated. */
const OPEN: f32 = -1;

/** @param curves of the features, `featureBytes` apart. */
export function curveDistances(kernels: usize, count: i32, curves: usize, out: usize): void {
  const entries = kernelHeight * kernelWidth;
  for (let k = 0; k < count; k++, out = floatAt(out, features)) {
    if (!scaleKernel(floatAt(kernels, k * entries), entries)) {
      writeNotANumber(out);
      continue;
    }
    const largest = squaredResponse(kernelHeight, kernelWidth);
    countInBins(largest);
    writeWhole(groups, groupTable, groupCurve);
    let slots = 0;
    for (let f = 0; f < features; f++) {
      slots = compareOverBins(f, curves + <usize>f * featureBytes(), slots, out);
    }
    if (slots > 0) compareOverParts(largest, curves, slots, out);
    memory.fill(evenTable, 0, (<usize>bins) << 3);
    memory.fill(isWritten, 0, (<usize>groups) << 2);
  }
}

/**
 * Compares with feature `f` over groups, then over the bins of groups that are crossed. If
 * that leaves too much open, marks the bins that are.
 *
 * @returns the number of marked bins after it.
 */
function compareOverBins(f: i32, curves: usize, slots: i32, out: usize): i32 {
  const ownEdges = floatAt(groupCurve, groups);
  const edges = floatAt(curves, groups);
  let area = distanceOver(groups, groupCurve, ownEdges, curves, edges);
  let open = (doubt + doubt) / f32(groups);
  if (open <= tolerance) {
    store<f32>(floatAt(out, f), area + open / 2);
    return slots;
  }
  const binCurves = curves + curveBytes(groups);
  const binEdges = floatAt(binCurves, bins);
  let doubts: f32 = 0;
  for (let first = 0; first < groups; first += 4) {
    const crossed = crossedBins(floatAt(ownEdges, first), floatAt(edges, first));
    for (let lanes = crossed; lanes !== 0; lanes &= lanes - 1) {
      const group = first + ctz(lanes);
      writeBinsOf(group);
      const bin = group * perGroup;
      const inGroup = distanceOver(
        perGroup,
        floatAt(binCurve, bin),
        floatAt(binCurve, bins + bin),
        floatAt(binCurves, bin),
        floatAt(binEdges, bin),
      );
      area += inGroup - gapOf(groupCurve, curves, group);
      doubts += doubt;
    }
  }
  open = (doubts + doubts) / f32(bins);
  store<f32>(floatAt(out, f), open <= tolerance ? area + open / 2 : OPEN);
  if (open <= tolerance) return slots;
  store<f32>(floatAt(areas, f), area);
  for (let first = 0; first < groups; first += 4) {
    const crossed = crossedBins(floatAt(ownEdges, first), floatAt(edges, first));
    for (let lanes = crossed; lanes !== 0; lanes &= lanes - 1) {
      slots = markCrossings((first + ctz(lanes)) * perGroup, binEdges, slots);
    }
  }
  return slots;
}

/** |integral of F_a - F_b| over one bin. */
function gapOf(integralsA: usize, integralsB: usize, bin: i32): f32 {
  return abs(load<f32>(floatAt(integralsA, bin)) - load<f32>(floatAt(integralsB, bin)));
}

/** The kernel's curve over the bins of one group, once. */
function writeBinsOf(group: i32): void {
  const flag = floatAt(isWritten, group);
  if (load<i32>(flag) !== 0) return;
  store<i32>(flag, 1);
  const bin = group * perGroup;
  const before = valuesBelow(load<f32>(floatAt(groupCurve, groups + group)));
  const table = evenTable + ((<usize>bin) << 3);
  const edges = floatAt(binCurve, bins + bin);
  writeCurve(perGroup, table, bin, bins, before, floatAt(binCurve, bin), edges);
}

/** How many values F counts: at most 2^20, which its 24 bits tell. */
function valuesBelow(share: f32): f64 {
  return nearest(f64(share) * values);
}

/** Gives slots to the bins of a group, from `bin` on, that this feature crosses. */
function markCrossings(bin: i32, edges: usize, slots: i32): i32 {
  for (let first = bin; first < bin + perGroup; first += 4) {
    const crossed = crossedBins(floatAt(binCurve, bins + first), floatAt(edges, first));
    for (let lanes = crossed; lanes !== 0; lanes &= lanes - 1) {
      const marked = first + ctz(lanes);
      if (load<i32>(floatAt(marks, marked)) !== 0) continue;
      store<i32>(floatAt(markedBins, slots), marked);
      slots++;
      store<i32>(floatAt(marks, marked), slots);
    }
  }
  return slots;
}

/** Counts once more what falls in marked bins, and compares those part by part. */
function compareOverParts(largest: f32, curves: usize, slots: i32, out: usize): void {
  countMarked(largest, bins, parts, marks, partTable);
  for (let slot = 0; slot < slots; slot++) {
    const bin = load<i32>(floatAt(markedBins, slot));
    writeCurve(
      parts,
      partTable + ((<usize>(slot * parts)) << 3),
      bin * parts,
      bins * parts,
      valuesBelow(load<f32>(floatAt(binCurve, bins + bin))),
      floatAt(partIntegrals, slot * parts),
      floatAt(partEdges, slot * (parts + 4)),
    );
    store<i32>(floatAt(marks, bin), 0);
  }
  memory.fill(partTable, 0, (<usize>(slots * parts)) << 3);
  for (let f = 0; f < features; f++) {
    if (load<f32>(floatAt(out, f)) >= 0) continue;
    const binCurves = curves + <usize>f * featureBytes() + curveBytes(groups);
    store<f32>(floatAt(out, f), dividedDistance(f, binCurves, slots));
  }
}

/** The distance to feature `f`, given that over bins; crossed bins are summed part by part. */
function dividedDistance(f: i32, binCurves: usize, slots: i32): f32 {
  const binEdges = floatAt(binCurves, bins);
  const partCurves = binCurves + curveBytes(bins);
  const featureEdges = floatAt(partCurves, bins * parts);
  let area = f64(load<f32>(floatAt(areas, f)));
  let doubts: f64 = 0;
  for (let slot = 0; slot < slots; slot++) {
    const bin = load<i32>(floatAt(markedBins, slot));
    // Most bins are marked for other features, and exact for this one.
    if (!isCrossed(floatAt(binCurve, bins + bin), floatAt(binEdges, bin))) continue;
    const inBin = distanceOver(
      parts,
      floatAt(partIntegrals, slot * parts),
      floatAt(partEdges, slot * (parts + 4)),
      floatAt(partCurves, bin * parts),
      floatAt(featureEdges, bin * parts),
    );
    area += f64(inBin - gapOf(binCurve, binCurves, bin));
    doubts += f64(doubt);
  }
  const open = (2 * doubts) / (f64(bins) * f64(parts));
  return open > f64(tolerance) ? OPEN : f32(area + open / 2);
}
