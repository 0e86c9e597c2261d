import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");

/** Where the corpus lies: the environment says, or it stands beside the checkout. */
function corpusFolder(): string | null {
  const named = process.env.CONVATLAS_CORPUS;
  const candidates = named === undefined ? [join(root, "../shared/models")] : [named];
  return candidates.find((path) => existsSync(join(path, "expected.json"))) ?? null;
}

/** Null where the corpus is not at hand; the tests that need it are then skipped. */
export const corpus = corpusFolder();

/** A 3x3 layer as independent readers found it: name, kernels, checksum. */
export type ExpectedLayer = readonly [name: string, kernelCount: number, checksum: number];

interface ExpectedKernel {
  readonly layer: string;
  readonly kernel: readonly number[];
}

export interface ExpectedModel {
  readonly file: string;
  readonly kernels3x3: number;
  readonly layers3x3: number;
  readonly refusal?: string;
  readonly first?: ExpectedKernel;
  readonly last?: ExpectedKernel;
  readonly layers?: readonly ExpectedLayer[];
}

interface ExpectedSample {
  readonly kernels3x3: number;
  readonly layers: readonly ExpectedLayer[];
}

interface Expected {
  readonly models: Readonly<Record<string, ExpectedModel>>;
  readonly samples: Readonly<Record<string, ExpectedSample>>;
}

/** Written down once by readers that share no code with this project; see its README. */
export const expected: Expected = JSON.parse(
  readFileSync(join(root, "tests/fixtures/corpus/kernels.json"), "utf8"),
);
