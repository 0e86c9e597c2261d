/**
 * The passes in the language of GPU.js: JavaScript in which every function computes one
 * element of the output, addressed by `this.thread`. As text, so that no minifier renames
 * what the library parses.
 *
 * Arrays over the list of a grid have rows of 16: entry i of kernel k is [k][0][i], and the
 * thread (x, y, z) computes entry 16 y + x of kernel z. With y fixed along four neighbours,
 * what does not depend on x is loaded once for a vector. Padding is -1, which sorts first.
 */
import { ROW, SINGLE_PLACES } from "./valueList.ts";

/**
 * A_j(v) = sum_a K[a, j] e^{-i v a}: row 2 j has the real parts of column j, row 2 j + 1 the
 * imaginary ones.
 */
export const COLUMN_TRANSFORMS = `function (kernels) {
  const column = Math.floor(this.thread.y * 0.5);
  const part = this.thread.y - 2 * column;
  let sum = 0.0;
  for (let a = 0; a < this.constants.kernelHeight; a++) {
    sum += kernels[this.thread.z][a * this.constants.kernelWidth + column]
      * this.constants.rowWaves[2 * a + part][this.thread.x];
  }
  return sum;
}`;

/** |K^(v, u)|^2 = |sum_j A_j(v) e^{-i u j}|^2 for every pair. */
export const PAIR_SQUARES = `function (transforms) {
  const place = ${ROW} * this.thread.y + this.thread.x;
  const row = this.constants.rowOf[place];
  const column = this.constants.columnOf[place];
  let real = 0.0;
  let imaginary = 0.0;
  for (let j = 0; j < this.constants.kernelWidth; j++) {
    const cosine = this.constants.columnWaves[2 * j][column];
    const sine = this.constants.columnWaves[2 * j + 1][column];
    const re = transforms[this.thread.z][2 * j][row];
    const im = transforms[this.thread.z][2 * j + 1][row];
    real += re * cosine - im * sine;
    imaginary += im * cosine + re * sine;
  }
  return place < this.constants.pairs ? real * real + imaginary * imaginary : -1.0;
}`;

/** The same for singles, whose waves are all 1 or -1; -1 where a grid has fewer than four. */
export const SINGLE_SQUARES = `function (kernels) {
  let sum = 0.0;
  for (let entry = 0; entry < this.constants.entries; entry++) {
    sum += kernels[this.thread.y][entry] * this.constants.signs[entry][this.thread.x];
  }
  return this.thread.x < this.constants.singles ? sum * sum : -1.0;
}`;

export const LARGEST_OF_PARTS = `function (squares) {
  let largest = 0.0;
  for (let i = 0; i < this.constants.partLength; i++) {
    largest = Math.max(largest, squares[this.thread.y][0][i * this.constants.parts + this.thread.x]);
  }
  return largest;
}`;

export const LARGEST = `function (largestOfParts, singles) {
  let largest = 0.0;
  for (let part = 0; part < this.constants.parts; part++) {
    largest = Math.max(largest, largestOfParts[this.thread.x][part]);
  }
  for (let single = 0; single < ${SINGLE_PLACES}; single++) {
    largest = Math.max(largest, singles[this.thread.x][single]);
  }
  return largest;
}`;

/** Moduli, divided by the largest. */
export const PAIR_VALUES = `function (squares, largest) {
  const square = squares[this.thread.z][this.thread.y][this.thread.x];
  return square < 0.0 ? -1.0 : Math.sqrt(square / largest[this.thread.z]);
}`;

export const SINGLE_VALUES = `function (squares, largest) {
  const square = squares[this.thread.y][this.thread.x];
  return square < 0.0 ? -1.0 : Math.sqrt(square / largest[this.thread.y]);
}`;

/** Sorts every row of 16 by a network of exchanges; each thread keeps the entry of its rank. */
export const SORTED_ROWS = sortedRows();

function sortedRows(): string {
  const lines: string[] = [];
  for (let i = 0; i < ROW; i++) {
    lines.push(`let v${i} = values[this.thread.z][this.thread.y][${i}];`);
  }
  lines.push("let smaller = 0.5;");
  for (const [a, b] of exchanges(ROW)) {
    lines.push(`smaller = Math.min(v${a}, v${b});`);
    lines.push(`v${b} = Math.max(v${a}, v${b});`, `v${a} = smaller;`);
  }
  lines.push("let own = v0;");
  for (let i = 1; i < ROW; i++) lines.push(`own = this.thread.x === ${i} ? v${i} : own;`);
  return `function (values) {\n  ${lines.join("\n  ")}\n  return own;\n}`;
}

/** Batcher's odd-even merge sort (Knuth, volume 3, 5.2.2, algorithm M), for a power of two. */
function exchanges(count: number): [number, number][] {
  const pairs: [number, number][] = [];
  for (let p = 1; p < count; p *= 2) {
    for (let k = p; k >= 1; k /= 2) {
      for (let j = k % p; j + k < count; j += 2 * k) {
        for (let i = j; i < Math.min(j + k, count - k); i++) {
          if (Math.floor(i / (2 * p)) === Math.floor((i + k) / (2 * p))) pairs.push([i, i + k]);
        }
      }
    }
  }
  return pairs;
}

/**
 * Merges sorted runs two by two. The thread of place p finds how many of the first p come
 * from the first run, by bisection along the merge path (Green, McColl and Bader, "GPU Merge
 * Path", ICS 2012), and takes the smaller of the two that are next.
 */
export const MERGED_RUNS = `function (values, run, steps) {
  // The half keeps a division that is off by rounding, as cards may do, from the floor below.
  const start = Math.floor((this.thread.y * ${ROW} + 0.5) / (2 * run)) * 2 * run;
  const second = start + run;
  const place = this.thread.y * ${ROW} + this.thread.x - start;
  const firstLength = Math.min(run, this.constants.length - start);
  const secondLength = Math.max(0, Math.min(run, this.constants.length - second));
  const limit = Math.min(place, firstLength);
  let low = Math.max(0, place - secondLength);
  let high = limit;
  for (let step = 0; step < steps; step++) {
    const middle = Math.floor((low + high) * 0.5);
    const inFirst = values[this.thread.z][0][start + middle];
    const inSecond = values[this.thread.z][0][second + place - 1 - middle];
    // Once low and high meet, the first is larger, or limit keeps low where it is.
    low = inFirst <= inSecond ? Math.min(middle + 1, limit) : low;
    high = inFirst <= inSecond ? high : middle;
  }
  const fromSecond = place - low;
  const a = low < firstLength ? values[this.thread.z][0][start + low] : 2.0;
  const b = fromSecond < secondLength ? values[this.thread.z][0][second + fromSecond] : 2.0;
  return Math.min(a, b);
}`;

/**
 * From the number of smaller entries (`below`) to the place of the first of the pair's two
 * values on the full grid's sorted list.
 */
const PLACE_ON_FULL_LIST = `
  let singlesBelow = 0.0 - this.constants.absentSingles;
  for (let single = 0; single < ${SINGLE_PLACES}; single++) {
    singlesBelow += singles[this.thread.z][single] < own ? 1.0 : 0.0;
  }
  return own < 0.0 ? 0.0 : 2.0 * (below - this.constants.padding) + singlesBelow;`;

/** Places of entries whose list is two sorted runs, the first `run` long. */
export const PLACES_IN_TWO_RUNS = `function (values, singles, run, steps) {
  const own = values[this.thread.z][this.thread.y][this.thread.x];
  const place = this.thread.y * ${ROW} + this.thread.x;
  const isFirst = this.thread.y * ${ROW} < run ? 1.0 : 0.0;
  // The other run; of equal entries, those of the first run come first.
  const start = isFirst > 0.5 ? run : 0;
  const otherLength = isFirst > 0.5 ? this.constants.length - run : run;
  let low = 0.0;
  let high = 0.0 + otherLength;
  for (let step = 0; step < steps; step++) {
    const middle = Math.floor((low + high) * 0.5);
    const other = values[this.thread.z][0][start + Math.min(middle, otherLength - 1)];
    const isBelow = other < own ? 1.0 : (other > own ? 0.0 : 1.0 - isFirst);
    low = isBelow > 0.5 ? Math.min(middle + 1, otherLength) : low;
    high = isBelow > 0.5 ? high : middle;
  }
  const below = low + place - (run - start);
${PLACE_ON_FULL_LIST}
}`;

/** Places of the entries of a short, unsorted list, by counting; equal ones keep their order. */
export const COUNTED_PLACES = countedPlaces();

function countedPlaces(): string {
  const counts = (row: string, test: (other: string, at: number) => string) =>
    Array.from({ length: ROW }, (_, i) => {
      const other = `values[this.thread.z][${row}][${i}]`;
      return `below += ${test(other, i)} ? 1.0 : 0.0;`;
    }).join("\n    ");
  return `function (values, singles) {
  const own = values[this.thread.z][this.thread.y][this.thread.x];
  let below = 0.0;
  for (let row = 0; row < this.thread.y; row++) {
    ${counts("row", (other) => `${other} <= own`)}
  }
  ${counts("this.thread.y", (other, i) => `(${other} < own || (${other} === own && ${i} < this.thread.x))`)}
  // Counted from 0: where a loop starts elsewhere, GPU.js counts in floats, which WGSL refuses.
  for (let later = 0; later < this.constants.rows - 1 - this.thread.y; later++) {
    ${counts("this.thread.y + 1 + later", (other) => `${other} < own`)}
  }
${PLACE_ON_FULL_LIST}
}`;
}

/** How many entries of each part are not above each single; padding counts as well. */
export const COUNTS_BELOW_SINGLES = `function (values, singles) {
  const single = singles[this.thread.z][this.thread.y];
  let count = 0.0;
  for (let i = 0; i < this.constants.partLength; i++) {
    count += values[this.thread.z][0][i * this.constants.parts + this.thread.x] <= single ? 1.0 : 0.0;
  }
  return count;
}`;

/** Places of the singles on the full grid's sorted list. */
export const SINGLE_PLACES_ON_LIST = `function (counts, singles) {
  const own = singles[this.thread.y][this.thread.x];
  let below = 0.0 - this.constants.padding;
  for (let part = 0; part < this.constants.parts; part++) {
    below += counts[this.thread.y][this.thread.x][part];
  }
  let before = 0.0;
  for (let single = 0; single < ${SINGLE_PLACES}; single++) {
    const other = singles[this.thread.y][single];
    const isBefore = other < own || (other === own && single < this.thread.x);
    before += other >= 0.0 && isBefore ? 1.0 : 0.0;
  }
  return own < 0.0 ? 0.0 : 2.0 * below + before;
}`;

/** Sums of |difference| between the two sorted lists, over the entries of each part. */
export const SORTED_SUMS = `function (values, places) {
  let sum = 0.0;
  for (let i = 0; i < this.constants.partLength; i++) {
    const at = i * this.constants.parts + this.thread.x;
    const own = values[this.thread.z][0][at];
    const place = places[this.thread.z][0][at];
    const difference = Math.abs(own - this.constants.sorted[this.thread.y][place])
      + Math.abs(own - this.constants.sorted[this.thread.y][place + 1]);
    sum += own < 0.0 ? 0.0 : difference;
  }
  return sum;
}`;

export const SORTED_DISTANCES = `function (sums, singles, singlePlaces) {
  let sum = 0.0;
  for (let part = 0; part < this.constants.parts; part++) {
    sum += sums[this.thread.x][this.thread.y][part];
  }
  for (let single = 0; single < ${SINGLE_PLACES}; single++) {
    const own = singles[this.thread.x][single];
    const place = singlePlaces[this.thread.x][single];
    const difference = Math.abs(own - this.constants.sorted[this.thread.y][place]);
    sum += own < 0.0 ? 0.0 : difference;
  }
  return sum / this.constants.gridValues;
}`;

/** Sums of |difference| at the same frequency, over the entries of each part, for each form. */
export const RESPONSE_SUMS = `function (values) {
  let sum = 0.0;
  for (let i = 0; i < this.constants.partLength; i++) {
    const at = i * this.constants.parts + this.thread.x;
    const own = values[this.thread.z][0][at];
    const difference = Math.abs(own - this.constants.forms[this.thread.y][at]);
    sum += own < 0.0 ? 0.0 : difference;
  }
  return sum;
}`;

/** The least over the forms of each feature; y is the feature. */
export const RESPONSE_DISTANCES = `function (sums, singles) {
  let least = 2.0;
  for (let turn = 0; turn < this.constants.formsAtMost; turn++) {
    const form = this.constants.formOf[this.thread.y][turn];
    let sum = 0.0;
    for (let part = 0; part < this.constants.parts; part++) {
      sum += 2.0 * sums[this.thread.x][form][part];
    }
    for (let single = 0; single < ${SINGLE_PLACES}; single++) {
      const own = singles[this.thread.x][single];
      const difference = Math.abs(own - this.constants.singleForms[form][single]);
      sum += own < 0.0 ? 0.0 : difference;
    }
    least = Math.min(least, sum / this.constants.gridValues);
  }
  return least;
}`;
