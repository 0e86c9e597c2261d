import { sortedSpectrum } from "../../core/action/spectrum.ts";
import { type AnalysedLayer, KERNEL_FINE } from "../../core/analysis/analysis.ts";
import type { Size2d } from "../../core/network/size2d.ts";
import { sampledIndexes } from "../../core/random/sampledIndexes.ts";
import type { SpectrumBand } from "../figures/spectrumBand.ts";

/**
 * Kernels whose spectra are computed: a quantile of 400 is that of all to a few percent, and they
 * take a fifth of a second. An even sample, the same one each time.
 */
export const MOST_SPECTRA = 400;

/**
 * Longest side of the map on which they are computed. Sorted spectra hardly change beyond it: on a
 * larger map there are more patterns of stripes, spread as evenly over the same frequencies.
 */
export const LONGEST_SIDE = 64;

/** Places of the sorted spectra that are kept: more than a plot has pixels for each is not seen. */
const MOST_PLACES = 257;

/** Places whose quantiles are taken in one step. */
const PLACES_PER_STEP = 16;

const LOW = 0.05;
const HIGH = 0.95;

/** The map on which the spectra of a layer are drawn. */
export function drawnGrid([height, width]: Size2d, [least, leastAcross]: Size2d): Size2d {
  const bounded = (side: number, fewest: number) => Math.max(fewest, Math.min(side, LONGEST_SIDE));
  return [bounded(height, least), bounded(width, leastAcross)];
}

/** Kernels that have a spectrum and, of a group, are in it; ascending. */
function* candidates(
  layer: AnalysedLayer,
  members: Uint8Array | null,
): Generator<void, Uint32Array> {
  const { states } = layer.values;
  const found = new Uint32Array(layer.kernelCount);
  let count = 0;
  for (let kernel = 0; kernel < layer.kernelCount; kernel++) {
    if (states[kernel] !== KERNEL_FINE) continue;
    if (members !== null && members[kernel] === 0) continue;
    found[count++] = kernel;
    if (kernel % 65_536 === 65_535) yield;
  }
  return found.subarray(0, count);
}

export interface SampledBand extends SpectrumBand {
  /** Kernels that it stands for. */
  readonly of: number;
  readonly grid: Size2d;
}

/**
 * The spectra of a layer's kernels, or of the members of a group, as quantiles place by place;
 * of more than MOST_SPECTRA, of an even sample. Worked out in steps of a millisecond or so.
 *
 * @param members 1 per kernel of the group; null: all kernels.
 * @param grid as `drawnGrid` gives it.
 */
export function* sampledBand(
  layer: AnalysedLayer,
  members: Uint8Array | null,
  grid: Size2d,
): Generator<void, SampledBand> {
  const all = yield* candidates(layer, members);
  const sample = sampledIndexes(all.length, MOST_SPECTRA);
  const { kernelSize } = layer.description;
  const entries = kernelSize[0] * kernelSize[1];
  const values = grid[0] * grid[1];
  const places = Math.min(MOST_PLACES, values);
  // One row per place, so that quantiles are taken of neighbouring numbers.
  const spectra = new Float32Array(places * sample.length);
  for (const [at, index] of sample.entries()) {
    const start = all[index] * entries;
    const spectrum = sortedSpectrum(
      layer.kernels.subarray(start, start + entries),
      kernelSize,
      grid,
    );
    for (let place = 0; place < places; place++) {
      const from = places === 1 ? 0 : Math.round((place / (places - 1)) * (values - 1));
      spectra[place * sample.length + at] = spectrum[from];
    }
    yield;
  }
  const band = yield* quantileBand(spectra, places, sample.length);
  return { ...band, kernels: sample.length, of: all.length, grid };
}

function* quantileBand(
  spectra: Float32Array,
  places: number,
  kernels: number,
): Generator<void, Omit<SpectrumBand, "kernels">> {
  const low = new Float32Array(places);
  const median = new Float32Array(places);
  const high = new Float32Array(places);
  if (kernels === 0) return { low, median, high };
  for (let place = 0; place < places; place++) {
    const own = spectra.subarray(place * kernels, (place + 1) * kernels).sort();
    low[place] = quantile(own, LOW);
    median[place] = quantile(own, 0.5);
    high[place] = quantile(own, HIGH);
    if (place % PLACES_PER_STEP === PLACES_PER_STEP - 1) yield;
  }
  return { low, median, high };
}

/** Between neighbours in a straight line (definition 7 of Hyndman and Fan 1996). */
function quantile(sorted: Float32Array, share: number): number {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(sorted.length - 1, below + 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}
