import { ConvAtlasError } from "../errors.ts";
import type { Feature } from "../features/clinicalKernels.ts";
import { LARGEST_GRID, LARGEST_INPUT_SIZE, SMALLEST_GRID } from "../network/structure.ts";
import type { Settings } from "./settings.ts";

/** More clusters than this cannot be told apart in a plot. */
export const MOST_CLUSTERS = 12;

/** More features than this cannot be told apart in a figure. */
export const MOST_FEATURES = 24;

function requireThat(holds: boolean, message: string): void {
  if (!holds) throw new ConvAtlasError("bad-setting", message);
}

function isWholeBetween(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

/** @throws ConvAtlasError `bad-setting` with the setting, its range and what was asked for. */
export function checkSettings(settings: Settings, features: readonly Feature[]): void {
  requireThat(
    settings.threshold >= 0 && settings.threshold <= 1,
    `The threshold must be a number from 0 to 1, not ${settings.threshold}.`,
  );
  requireThat(
    settings.grid === "layer" || isWholeBetween(settings.grid, SMALLEST_GRID, LARGEST_GRID),
    `The grid must be "layer" or a whole number from ${SMALLEST_GRID} to ${LARGEST_GRID}, not ${settings.grid}.`,
  );
  requireThat(
    isWholeBetween(settings.clusters, 1, MOST_CLUSTERS),
    `The number of clusters must be a whole number from 1 to ${MOST_CLUSTERS}, not ${settings.clusters}.`,
  );
  requireThat(
    isWholeBetween(settings.inputSize, 1, LARGEST_INPUT_SIZE),
    `The input size must be a whole number of pixels from 1 to ${LARGEST_INPUT_SIZE}, not ${settings.inputSize}.`,
  );
  checkFeatures(features);
}

function checkFeatures(features: readonly Feature[]): void {
  requireThat(
    isWholeBetween(features.length, 1, MOST_FEATURES),
    `A feature set needs 1 to ${MOST_FEATURES} features; this one has ${features.length}.`,
  );
  const ids = new Set<string>();
  for (const { id, kernel } of features) {
    requireThat(!ids.has(id), `Two features share the id "${id}"; each needs its own.`);
    ids.add(id);
    requireThat(
      kernel.length === 9 && kernel.every(Number.isFinite) && kernel.some((entry) => entry !== 0),
      `The feature "${id}" needs 9 finite numbers that are not all 0.`,
    );
  }
}
