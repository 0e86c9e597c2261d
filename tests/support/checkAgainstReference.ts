import { expect } from "vitest";
import { DISTANCE_TOLERANCE, type ReferenceModel, ROUNDING_MARGIN } from "./reference.ts";

/** The part of a results file (schema convatlas/results@1) that is checked. */
export interface ResultsFile {
  readonly schema: string;
  readonly model: { readonly name: string; readonly sha256: string; readonly parameters: number };
  readonly settings: Readonly<Record<string, unknown>>;
  readonly features: readonly { readonly id: string; readonly label: string }[];
  readonly pca: readonly {
    readonly kernelSize: readonly [number, number];
    readonly mean: readonly number[];
    readonly components: readonly (readonly number[])[];
    readonly explainedVarianceRatio: readonly number[];
  }[];
  readonly layers: readonly ResultsLayer[];
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
  readonly warnings: readonly string[];
  readonly timings: Readonly<Record<string, unknown>>;
}

export interface ResultsLayer {
  readonly name: string;
  readonly op: string;
  readonly role: string;
  readonly grid: readonly [number, number];
  readonly gridSource: string;
  readonly kernelCount: number;
  readonly baseline: Readonly<Record<"gaussian" | "shuffled", Readonly<Record<string, number>>>>;
  readonly counts: Readonly<Record<string, number>>;
  readonly kernels?: readonly {
    readonly weights: readonly number[];
    readonly pca: readonly number[];
    readonly label: string;
    readonly distance: number;
    readonly margin: number;
    readonly distances: readonly number[];
    readonly dead: boolean;
  }[];
}

/**
 * Every label outside the rounding margin, every distance to 2e-5, grids, weights
 * and principal axes (with the sign rule) to 1e-3, against the independent answers.
 */
export function checkAgainstReference(results: ResultsFile, model: ReferenceModel): void {
  expect(results.schema).toBe("convatlas/results@1");
  const layers3x3 = results.layers.filter(({ kernels }) => kernels?.[0]?.weights.length === 9);
  expect(layers3x3.map(({ name }) => `${name}.weight`)).toEqual(
    model.layers.map(({ name }) => name),
  );
  for (const [at, expected] of model.layers.entries()) checkLayer(layers3x3[at], expected);
  checkPca(results, model);
}

function checkLayer(layer: ResultsLayer, expected: ReferenceModel["layers"][number]): void {
  expect([layer.name, layer.grid]).toEqual([layer.name, expected.grid]);
  const kernels = layer.kernels ?? [];
  expect(kernels).toHaveLength(expected.labels.length);
  for (const [i, entry] of expected.firstKernel.entries()) {
    expect(kernels[0].weights[i]).toBeCloseTo(entry, 6);
  }
  const wrong = kernels.filter(
    ({ label }, k) => label !== expected.labels[k] && expected.margins[k] > ROUNDING_MARGIN,
  );
  expect([layer.name, wrong]).toEqual([layer.name, []]);
  const farthest = kernels.reduce(
    (worst, { distance }, k) => Math.max(worst, Math.abs(distance - expected.distances[k])),
    0,
  );
  expect(farthest).toBeLessThan(DISTANCE_TOLERANCE);
  const counted = Object.values(layer.counts).reduce((sum, count) => sum + count, 0);
  expect(counted).toBe(layer.kernelCount);
}

function checkPca(results: ResultsFile, model: ReferenceModel): void {
  const basis = results.pca.find(({ kernelSize }) => kernelSize[0] === 3 && kernelSize[1] === 3);
  expect(basis).toBeDefined();
  if (basis === undefined) return;
  const pairs: [readonly number[], readonly number[]][] = [
    [basis.mean, model.pca.mean],
    [basis.explainedVarianceRatio, model.pca.explainedVarianceRatio],
    ...model.pca.components.map((component, c): [readonly number[], readonly number[]] => [
      basis.components[c],
      component,
    ]),
  ];
  for (const [ours, theirs] of pairs) {
    for (const [i, value] of theirs.entries()) expect(Math.abs(ours[i] - value)).toBeLessThan(1e-3);
  }
}
