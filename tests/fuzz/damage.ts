import type { SeededRandom } from "../../src/core/random/seededRandom.ts";

/** Longest run of bytes that one act of damage touches. */
const LONGEST_RUN = 4096;

/** Acts of damage to one file: most files are damaged once, some in several places. */
const MOST_ACTS = 6;

type Act = (bytes: Uint8Array, random: SeededRandom, other: Uint8Array) => Uint8Array;

function place(bytes: Uint8Array, random: SeededRandom): { start: number; end: number } {
  const start = random.index(Math.max(1, bytes.length));
  return { start, end: Math.min(bytes.length, start + 1 + random.index(LONGEST_RUN)) };
}

const cut: Act = (bytes, random) => bytes.slice(0, random.index(Math.max(1, bytes.length)));

const flip: Act = (bytes, random) => {
  const damaged = bytes.slice();
  const flips = 1 + random.index(16);
  for (let count = 0; count < flips && damaged.length > 0; count += 1) {
    // Structure stands at the ends of most formats: half of the flips go there.
    const near = Math.min(damaged.length, 2048);
    const at = [
      random.index(damaged.length),
      random.index(near),
      damaged.length - 1 - random.index(near),
    ][random.index(3)];
    damaged[at] ^= 1 << random.index(8);
  }
  return damaged;
};

const zero: Act = (bytes, random) => {
  const { start, end } = place(bytes, random);
  return bytes.slice().fill(0, start, end);
};

/** Numbers at the edges of their types, where sizes and offsets overflow. */
const extreme: Act = (bytes, random) => {
  const damaged = bytes.slice();
  const { start } = place(bytes, random);
  const width = [1, 2, 4, 8][random.index(4)];
  const value = [0xff, 0x7f, 0x80, 0x00][random.index(4)];
  for (let at = start; at < Math.min(start + width, damaged.length); at += 1) damaged[at] = 0xff;
  const last = Math.min(start + width, damaged.length) - 1;
  if (last >= 0) damaged[last] = value;
  return damaged;
};

const grow: Act = (bytes, random) => {
  const { start } = place(bytes, random);
  const added = Uint8Array.from({ length: 1 + random.index(256) }, () => random.index(256));
  return joined(bytes.subarray(0, start), added, bytes.subarray(start));
};

const remove: Act = (bytes, random) => {
  const { start, end } = place(bytes, random);
  return joined(bytes.subarray(0, start), bytes.subarray(end));
};

/** Part of another file, or of this one, over or between its bytes. */
const splice: Act = (bytes, random, other) => {
  const from = place(other, random);
  const { start } = place(bytes, random);
  const part = other.subarray(from.start, from.end);
  const rest = random.index(2) === 0 ? start : Math.min(bytes.length, start + part.length);
  return joined(bytes.subarray(0, start), part, bytes.subarray(rest));
};

const ACTS: readonly Act[] = [cut, flip, flip, flip, zero, extreme, extreme, grow, remove, splice];

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A damaged copy of `bytes`; `other` is a file to take foreign parts from. */
export function damage(bytes: Uint8Array, random: SeededRandom, other: Uint8Array): Uint8Array {
  const acts = random.index(3) === 0 ? 1 + random.index(MOST_ACTS) : 1;
  let damaged = bytes;
  for (let act = 0; act < acts; act += 1) {
    damaged = ACTS[random.index(ACTS.length)](damaged, random, other);
  }
  return damaged;
}
