import { readFileSync } from "node:fs";

/** Right answers of an independent implementation; see `about` in the file. */
export interface Reference {
  readonly spectra: readonly {
    readonly name: string;
    readonly kernel: readonly number[];
    readonly grid: readonly [number, number];
    readonly circular: readonly number[];
  }[];
  readonly assignments: readonly {
    readonly grid: readonly [number, number];
    readonly kernels: readonly (readonly number[])[];
    readonly labels: readonly string[];
    readonly distances: readonly (number | null)[];
    readonly margins: readonly (number | null)[];
  }[];
  readonly noise: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly models: readonly ReferenceModel[];
}

export interface ReferenceModel {
  readonly file: string;
  readonly layers: readonly {
    readonly name: string;
    readonly grid: readonly [number, number];
    readonly counts: Readonly<Record<string, number>>;
    readonly labels: readonly string[];
    readonly distances: readonly number[];
    readonly margins: readonly number[];
    readonly firstKernel: readonly number[];
  }[];
  readonly pca: {
    readonly mean: readonly number[];
    readonly components: readonly (readonly number[])[];
    readonly explainedVarianceRatio: readonly number[];
    readonly features: readonly (readonly number[])[];
  };
}

/** Below this margin rounding may decide, and any of the tied labels is right. */
export const ROUNDING_MARGIN = 1e-5;

/** Agreement asked of a distance. */
export const DISTANCE_TOLERANCE = 2e-5;

export const reference: Reference = JSON.parse(
  readFileSync(new URL("../fixtures/reference.json", import.meta.url), "utf8"),
);
