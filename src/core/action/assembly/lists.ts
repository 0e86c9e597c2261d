import { features, kernelHeight, kernelWidth, writeNotANumber } from "./comparison";
import { floatAt, values } from "./grid";
import { normaliseSquares, scaleKernel, squaredResponse } from "./response";
import { copyValues, listDistance, radixSort, sortValues } from "./sorting";

// Sorted lists: for small grids, and for the few kernels that distribution functions leave open.

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
    sortValues(buckets, places, list, spareList);
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
