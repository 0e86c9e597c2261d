import { type KernelNumbers, kernelPlace, ROWS_PER_STEP } from "./kernelRows.ts";

/** Bits of a key that one pass deals out; three passes cover 32. */
const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;
const PASSES = 3;

/** The last key of all: for kernels that have no such number, whatever the direction. */
const NO_NUMBER = 0xffffffff;

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/**
 * A float32 as an integer of the same order: the sign bit is flipped for positive numbers, all
 * bits for negative ones (Herf, "Radix Tricks", 2001). NaN comes last in both directions.
 */
export function sortKey(value: number, descending: boolean): number {
  if (Number.isNaN(value)) return NO_NUMBER;
  // Minus zero is no smaller than zero.
  float[0] = value + 0;
  const key = (bits[0] ^ (bits[0] >>> 31 === 1 ? 0xffffffff : 0x80000000)) >>> 0;
  return descending ? ~key >>> 0 : key;
}

/** Reads what the kernels of one layer are sorted by. */
export type KeyReader = (kernel: number) => number;

/**
 * Rows in the order of a number, equals in the order they came; worked out in steps, so that
 * millions of rows do not stop the page. A radix sort: linear, and as quick for rows that are
 * sorted already.
 *
 * @param rows kernel numbers; left as they are.
 * @param readerOf called once for each run of rows of one layer.
 */
export function* sortedRows(
  rows: Uint32Array,
  numbers: KernelNumbers,
  readerOf: (layer: number) => KeyReader,
  descending: boolean,
): Generator<void, Uint32Array> {
  let keys = new Uint32Array(rows.length);
  const counts = yield* readKeys(rows, numbers, readerOf, descending, keys);
  let order = rows.slice();
  let otherKeys = new Uint32Array(rows.length);
  let otherOrder = new Uint32Array(rows.length);
  for (let pass = 0; pass < PASSES; pass++) {
    const places = counts.subarray(pass * DIGITS, (pass + 1) * DIGITS);
    // All rows alike in these bits: nothing moves.
    if (places.includes(rows.length)) continue;
    toFirstPlaces(places);
    const shift = pass * DIGIT_BITS;
    for (let at = 0; at < rows.length; at++) {
      const key = keys[at];
      const place = places[(key >>> shift) & (DIGITS - 1)]++;
      otherKeys[place] = key;
      otherOrder[place] = order[at];
      if ((at + 1) % ROWS_PER_STEP === 0) yield;
    }
    [keys, otherKeys] = [otherKeys, keys];
    [order, otherOrder] = [otherOrder, order];
    yield;
  }
  return order;
}

/** Fills `keys`; returns how often each digit occurs, pass by pass. */
function* readKeys(
  rows: Uint32Array,
  numbers: KernelNumbers,
  readerOf: (layer: number) => KeyReader,
  descending: boolean,
  keys: Uint32Array,
): Generator<void, Uint32Array> {
  const counts = new Uint32Array(PASSES * DIGITS);
  const { starts } = numbers;
  let start = 0;
  let end = 0;
  let read: KeyReader = () => Number.NaN;
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at];
    if (row < start || row >= end) {
      const { layer } = kernelPlace(numbers, row);
      start = starts[layer];
      end = starts[layer + 1];
      read = readerOf(layer);
    }
    const key = sortKey(read(row - start), descending);
    keys[at] = key;
    for (let pass = 0; pass < PASSES; pass++) {
      counts[pass * DIGITS + ((key >>> (pass * DIGIT_BITS)) & (DIGITS - 1))]++;
    }
    if ((at + 1) % ROWS_PER_STEP === 0) yield;
  }
  return counts;
}

function toFirstPlaces(counts: Uint32Array): void {
  let place = 0;
  for (let digit = 0; digit < counts.length; digit++) {
    const count = counts[digit];
    counts[digit] = place;
    place += count;
  }
}
