import { RANDOM_DRAWS } from "../../../core/substitution/planTrials.ts";
import type { Replacement } from "../../../core/substitution/replacement.ts";

/** Which kernels are replaced together in one run. */
export type TestPlace = "layers" | "layer" | "group";

export type ReplacementKind = Replacement["kind"];

/** What Dice is measured against: the right masks, or what the network itself marks. */
export type Against = "masks" | "output";

/** What a person chose to be tested; small plain JSON. */
export interface TestChoice {
  /** `layers`: every layer by itself, then all at once. */
  readonly place: TestPlace;
  readonly kinds: readonly ReplacementKind[];
  /** Random kernels and random filters are drawn so many times. */
  readonly draws: number;
  /** Bits left by `rounded`, sign included. */
  readonly bits: number;
  /** `all`: the whole test set; `shown`: the slice that is looked at. */
  readonly slices: "all" | "shown";
}

/** In the order in which they are offered, drawn and told. */
export const KINDS: readonly ReplacementKind[] = [
  "best-fit",
  "label",
  "random-fit",
  "random",
  "zero",
  "low-rank",
  "rounded",
];

export const DRAWS_AT_MOST = 20;

/** The nearest kernel that is one column times one row; more is no simplification of 3 x 3. */
const LOW_RANK = 1;

/** What is tested unless a person chooses otherwise: with the controls that make it fair. */
export const USUAL_TEST: TestChoice = {
  place: "layers",
  kinds: ["best-fit", "label", "random-fit", "random", "zero"],
  draws: RANDOM_DRAWS,
  bits: 4,
  slices: "all",
};

/** Side of the map on which labels are found for whole layers, whatever the layer's own is. */
export const LABEL_GRID = 64;

function replacementsOfKind(
  kind: ReplacementKind,
  { draws, bits }: TestChoice,
): readonly Replacement[] {
  switch (kind) {
    case "best-fit":
    case "label":
    case "zero":
      return [{ kind }];
    case "random":
    case "random-fit":
      return Array.from({ length: draws }, (_, draw) => ({ kind, draw }));
    case "low-rank":
      return [{ kind, rank: LOW_RANK }];
    case "rounded":
      return [{ kind, bits }];
  }
}

/** The replacements of a choice, one run each. */
export function replacementsOf(choice: TestChoice): readonly Replacement[] {
  return KINDS.filter((kind) => choice.kinds.includes(kind)).flatMap((kind) =>
    replacementsOfKind(kind, choice),
  );
}

/** The choice with a kind taken in, or left out. */
export function withKind(choice: TestChoice, kind: ReplacementKind, isIn: boolean): TestChoice {
  const kinds = KINDS.filter((one) => (one === kind ? isIn : choice.kinds.includes(one)));
  return { ...choice, kinds };
}
