import {
  countMarked,
  countValues,
  distanceOver,
  doubt,
  isCrossed,
  markCrossings,
  writeCurve,
  writePartCurve,
} from "./distribution";
import { floatAt, lastPairedRow, rows, setGrid, squares, stride, values } from "./grid";
import { meanDifference, normaliseSquares, scaleKernel, squaredResponse } from "./response";
import { copyValues, insertionSort, listDistance, radixSort, sortValues } from "./sorting";

// What the TypeScript side calls (core/action/kernelModule.ts). It lays out memory from
// `heapStart` on, fills the tables of the grid and asks for features, then for kernels.
// Distances go to `out`, `features` for each of `count` kernels; NaN where a kernel has no
// spectrum.

export { setGrid };

/** First byte of memory that this module does not use itself. */
export function heapStart(): usize {
  return (__heap_base + 15) & ~15;
}

/** The kernels that are compared, and with how many features. */
let kernelHeight: i32 = 0;
let kernelWidth: i32 = 0;
let features: i32 = 0;

export function setComparison(height: i32, width: i32, featureCount: i32): void {
  kernelHeight = height;
  kernelWidth = width;
  features = featureCount;
}

// Lists, for small grids, and for the few kernels that distribution functions leave open.

let buckets: i32 = 0;
let places: usize = 0;
let ownList: usize = 0;
let spareList: usize = 0;

/** With 0 buckets lists are sorted digit by digit, which no distribution makes slow. */
export function setLists(
  bucketCount: i32,
  placesAt: usize,
  ownListAt: usize,
  spareListAt: usize,
): void {
  buckets = bucketCount;
  places = placesAt;
  ownList = ownListAt;
  spareList = spareListAt;
}

/** Sorted values of one 3x3 feature. */
export function writeFeatureList(feature: usize, list: usize): void {
  scaleKernel(feature, 9);
  writeList(squaredResponse(3, 3), list);
}

function writeList(largest: f32, list: usize): void {
  normaliseSquares(largest);
  if (buckets > 0) {
    sortValues(buckets, places, list);
    insertionSort(list, i32(values));
  } else {
    copyValues(list);
    radixSort(list, spareList, i32(values));
  }
}

/** @param lists of the features, `listBytes` apart. */
export function listDistances(
  kernels: usize,
  count: i32,
  lists: usize,
  listBytes: usize,
  out: usize,
): void {
  const entries = kernelHeight * kernelWidth;
  for (let k = 0; k < count; k++, out = floatAt(out, features)) {
    if (!scaleKernel(floatAt(kernels, k * entries), entries)) {
      writeNotANumber(out);
      continue;
    }
    writeList(squaredResponse(kernelHeight, kernelWidth), ownList);
    for (let f = 0; f < features; f++) {
      const distance = listDistance(ownList, lists + <usize>f * listBytes, i32(values));
      store<f32>(floatAt(out, f), distance);
    }
  }
}

// Distribution functions, for larger grids.

/** Bins, and parts of a bin where bins leave too much open; powers of two. */
let bins: i32 = 0;
let parts: i32 = 0;
let evenTable: usize = 0;
let oddTable: usize = 0;
let partTable: usize = 0;
let marks: usize = 0;
let markedBins: usize = 0;
let coarseAreas: usize = 0;
let ownCurve: usize = 0;
let partIntegrals: usize = 0;
let partEdges: usize = 0;

/**
 * Tables hold `bins` (`partTable`: `bins` * `parts`) int64 and `marks` `bins` int32, all 0;
 * they are left so. `markedBins` holds `bins` int32, `coarseAreas` a float per feature,
 * `partEdges` `parts` + 4 floats per bin.
 */
export function setBins(
  binCount: i32,
  partCount: i32,
  evenTableAt: usize,
  oddTableAt: usize,
  partTableAt: usize,
  marksAt: usize,
  markedBinsAt: usize,
  coarseAreasAt: usize,
  ownCurveAt: usize,
  partIntegralsAt: usize,
  partEdgesAt: usize,
): void {
  bins = binCount;
  parts = partCount;
  evenTable = evenTableAt;
  oddTable = oddTableAt;
  partTable = partTableAt;
  marks = marksAt;
  markedBins = markedBinsAt;
  coarseAreas = coarseAreasAt;
  ownCurve = ownCurveAt;
  partIntegrals = partIntegralsAt;
  partEdges = partEdgesAt;
}

/** Curves of one 3x3 feature: over bins, and over all parts of all bins. */
export function writeFeatureCurves(feature: usize, curve: usize, fineCurve: usize): void {
  scaleKernel(feature, 9);
  const largest = squaredResponse(3, 3);
  countValues(largest, bins, evenTable, oddTable);
  writeCurve(bins, evenTable, oddTable, curve);
  countValues(largest, bins * parts, partTable, partTable);
  writeCurve(bins * parts, partTable, partTable, fineCurve);
}

/** A distance that even the parts leave open by more than is tolerated. */
const OPEN: f32 = -1;

/**
 * @param curves of the features, `curveBytes` apart; `fineCurves` alike.
 * @param tolerance a distance that lies in an interval longer than this is written as OPEN.
 */
export function curveDistances(
  kernels: usize,
  count: i32,
  curves: usize,
  curveBytes: usize,
  fineCurves: usize,
  fineCurveBytes: usize,
  tolerance: f32,
  out: usize,
): void {
  const entries = kernelHeight * kernelWidth;
  for (let k = 0; k < count; k++, out = floatAt(out, features)) {
    if (!scaleKernel(floatAt(kernels, k * entries), entries)) {
      writeNotANumber(out);
      continue;
    }
    const largest = squaredResponse(kernelHeight, kernelWidth);
    countValues(largest, bins, evenTable, oddTable);
    writeCurve(bins, evenTable, oddTable, ownCurve);
    let slots = 0;
    for (let f = 0; f < features; f++) {
      const curve = curves + <usize>f * curveBytes;
      const distance = distanceOver(
        bins,
        ownCurve,
        floatAt(ownCurve, bins),
        curve,
        floatAt(curve, bins),
      );
      const uncertainty: f32 = (doubt + doubt) / f32(bins);
      const isOpen = uncertainty > tolerance;
      if (isOpen) {
        const ownEdges = floatAt(ownCurve, bins);
        slots = markCrossings(bins, ownEdges, floatAt(curve, bins), marks, markedBins, slots);
        store<f32>(floatAt(coarseAreas, f), distance);
      }
      store<f32>(floatAt(out, f), isOpen ? OPEN : distance + uncertainty / 2);
    }
    if (slots === 0) continue;
    divideMarkedBins(largest, slots);
    for (let f = 0; f < features; f++) {
      if (load<f32>(floatAt(out, f)) >= 0) continue;
      const curve = curves + <usize>f * curveBytes;
      const fineCurve = fineCurves + <usize>f * fineCurveBytes;
      const area = load<f32>(floatAt(coarseAreas, f));
      store<f32>(floatAt(out, f), dividedDistance(slots, area, curve, fineCurve, tolerance));
    }
    for (let slot = 0; slot < slots; slot++) {
      store<i32>(floatAt(marks, load<i32>(floatAt(markedBins, slot))), 0);
    }
  }
}

/** Curves of the parts of all marked bins, slot by slot. */
function divideMarkedBins(largest: f32, slots: i32): void {
  countMarked(largest, bins, parts, marks, partTable);
  const edges = floatAt(ownCurve, bins);
  for (let slot = 0; slot < slots; slot++) {
    const bin = load<i32>(floatAt(markedBins, slot));
    writePartCurve(
      bin,
      bins,
      parts,
      partTable + ((<usize>(slot * parts)) << 3),
      load<f32>(floatAt(edges, bin)),
      floatAt(partIntegrals, slot * parts),
      floatAt(partEdges, slot * (parts + 4)),
    );
  }
}

/** The distance to one feature, given that over bins; marked bins are summed part by part. */
function dividedDistance(
  slots: i32,
  coarseArea: f32,
  curve: usize,
  fineCurve: usize,
  tolerance: f32,
): f32 {
  const ownEdges = floatAt(ownCurve, bins);
  const edges = floatAt(curve, bins);
  const fineEdges = floatAt(fineCurve, bins * parts);
  let area = f64(coarseArea);
  let doubts: f64 = 0;
  for (let slot = 0; slot < slots; slot++) {
    const bin = load<i32>(floatAt(markedBins, slot));
    // Most bins are marked for other features, and exact for this one.
    if (!isCrossed(floatAt(ownEdges, bin), floatAt(edges, bin))) continue;
    const distance = distanceOver(
      parts,
      floatAt(partIntegrals, slot * parts),
      floatAt(partEdges, slot * (parts + 4)),
      floatAt(fineCurve, bin * parts),
      floatAt(fineEdges, bin * parts),
    );
    const inBin = abs(load<f32>(floatAt(ownCurve, bin)) - load<f32>(floatAt(curve, bin)));
    area += f64(distance - inBin);
    doubts += f64(doubt);
  }
  const uncertainty = (2 * doubts) / (f64(bins) * f64(parts));
  return uncertainty > f64(tolerance) ? OPEN : f32(area + uncertainty / 2);
}

// Responses at the same frequency.

/** Normalised response of one 3x3 feature, laid out as the grid's squares are. */
export function writeFeatureResponse(feature: usize, response: usize): void {
  scaleKernel(feature, 9);
  normaliseSquares(squaredResponse(3, 3));
  memory.copy(response, squares, (<usize>(rows * stride)) << 2);
}

/**
 * The least distance over the turned forms of a feature.
 *
 * @param forms per feature the number of its turned forms (int32).
 * @param responses of all forms, one after the other, `responseBytes` apart.
 */
export function responseDistances(
  kernels: usize,
  count: i32,
  forms: usize,
  responses: usize,
  responseBytes: usize,
  out: usize,
): void {
  const entries = kernelHeight * kernelWidth;
  for (let k = 0; k < count; k++, out = floatAt(out, features)) {
    if (!scaleKernel(floatAt(kernels, k * entries), entries)) {
      writeNotANumber(out);
      continue;
    }
    normaliseSquares(squaredResponse(kernelHeight, kernelWidth));
    let form = responses;
    for (let f = 0; f < features; f++) {
      let least = f32.MAX_VALUE;
      const turned = load<i32>(floatAt(forms, f));
      for (let t = 0; t < turned; t++, form += responseBytes) {
        least = min(least, meanDifference(form, lastPairedRow, values));
      }
      store<f32>(floatAt(out, f), least);
    }
  }
}

function writeNotANumber(out: usize): void {
  for (let f = 0; f < features; f++) store<f32>(floatAt(out, f), f32.NaN);
}
