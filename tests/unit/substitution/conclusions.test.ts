import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Conclusions, conclusions } from "../../../src/core/substitution/conclusions.ts";
import {
  summarySentences,
  verdictSentence,
} from "../../../src/core/substitution/conclusionWords.ts";
import { planTrials } from "../../../src/core/substitution/planTrials.ts";
import type { Replacement } from "../../../src/core/substitution/replacement.ts";
import type { Agreement, TrialResult } from "../../../src/core/substitution/trial.ts";

interface Answers {
  readonly original: Agreement;
  readonly allLayers: Readonly<Record<string, Agreement>>;
  readonly layers: Readonly<
    Record<
      string,
      { readonly kernels: number; readonly trials: Readonly<Record<string, Agreement>> }
    >
  >;
}

const answers: Answers = JSON.parse(
  readFileSync(new URL("../../fixtures/substitution.json", import.meta.url), "utf8"),
);

/** All that a verdict asks for, three draws of each random control. */
const EACH: readonly Replacement[] = [
  { kind: "best-fit" },
  { kind: "label" },
  { kind: "zero" },
  ...[0, 1, 2].map((draw): Replacement => ({ kind: "random", draw })),
  ...[0, 1, 2].map((draw): Replacement => ({ kind: "random-fit", draw })),
];

function answerName(replacement: Replacement): string {
  switch (replacement.kind) {
    case "random":
    case "random-fit":
      return `${replacement.kind} ${replacement.draw}`;
    default:
      return replacement.kind;
  }
}

const target = (layer: string) => ({ layer, members: null, labels: null });

function own(diceToMasks: number): Agreement {
  return { diceToMasks, diceToOriginal: 1, correlation: 1 };
}

/** The verdict of one layer, from Dice to masks by replacement. */
function judged(values: Readonly<Record<string, number>>, of = 0.97, replacedKernels = 5) {
  const plan = planTrials([target("a")], EACH);
  const trials = plan.planned.flatMap(({ replacement }, trial): TrialResult[] => {
    const value = values[answerName(replacement)];
    return value === undefined ? [] : [{ trial, replacedKernels, ...own(value) }];
  });
  return conclusions(plan, own(of), trials);
}

const random = (first: number, second: number, third: number) => {
  return { "random 0": first, "random 1": second, "random 2": third };
};
const fitted = (value: number) => {
  return { "random-fit 0": value, "random-fit 1": value, "random-fit 2": value };
};

describe("a plan", () => {
  test("has each layer by itself, then all at once", () => {
    const plan = planTrials([target("a"), target("b")], [{ kind: "zero" }, { kind: "best-fit" }]);
    expect(plan.rows).toEqual([
      { layer: "a", kernels: "all" },
      { layer: "b", kernels: "all" },
      { layer: null, kernels: "all" },
    ]);
    const told = plan.trials.map(({ targets, replacement }) => [
      targets.map(({ layer }) => layer).join("+"),
      replacement.kind,
    ]);
    expect(told).toEqual([
      ["a", "zero"],
      ["a", "best-fit"],
      ["b", "zero"],
      ["b", "best-fit"],
      ["a+b", "zero"],
      ["a+b", "best-fit"],
    ]);
    expect(plan.planned.map(({ row }) => row)).toEqual([0, 0, 1, 1, 2, 2]);
  });

  test("has one row for one layer, and none for none", () => {
    expect(planTrials([target("a")], EACH).rows).toEqual([{ layer: "a", kernels: "all" }]);
    expect(planTrials([], EACH).trials).toEqual([]);
  });
});

describe("verdicts", () => {
  const verdict = (...given: Parameters<typeof judged>) => judged(...given).rows[0].verdict;

  test("clinical filters need both: they keep the Dice, and the controls do not", () => {
    const kept = { "best-fit": 0.951, zero: 0.2, ...fitted(0.94) };
    expect(verdict({ ...kept, ...random(0.3, 0.5, 0.96) })).toBe("clinicalFilters");
    // The median counts, not the best draw, and not the worst.
    expect(verdict({ ...kept, ...random(0.3, 0.951, 0.96) })).toBe("anyKernels");
    expect(verdict({ ...kept, ...random(0.3, 0.5, 0.96), ...fitted(0.955) })).toBe("anyFilters");
    // One set of random filters that keeps it is enough.
    const once = { ...kept, ...random(0.3, 0.5, 0.96), "random-fit 1": 0.955 };
    expect(verdict(once)).toBe("anyFilters");
    expect(verdict({ ...kept, ...random(0.3, 0.5, 0.6), zero: 0.96 })).toBe("notNeeded");
    expect(verdict({ ...kept, ...random(0.3, 0.5, 0.6), "best-fit": 0.949 })).toBe("couldNot");
    expect(verdict({ ...random(0.97, 0.97, 0.97), "best-fit": 0.9 })).toBe("couldNot");
  });

  test("are not given where something is missing", () => {
    expect(verdict({ "best-fit": 0.97 })).toBe("notTested");
    expect(verdict({ ...random(0, 0, 0) })).toBe("notTested");
    expect(verdict({ "best-fit": 0.3, ...random(0, 0, 0) }, 0.3)).toBe("ownTooLow");
    expect(verdict({ "best-fit": 0.97, ...random(0, 0, 0) }, 0.97, 0)).toBe("nothingReplaced");
    // Fitted random filters are the stricter control; without them the other one decides.
    expect(verdict({ "best-fit": 0.97, ...random(0, 0, 0) })).toBe("clinicalFilters");
  });

  test("go by masks, else by the network's own output, else by correlation", () => {
    const plan = planTrials([target("a")], [{ kind: "best-fit" }, { kind: "random", draw: 0 }]);
    const trials = [
      { trial: 0, replacedKernels: 1, diceToMasks: null, diceToOriginal: null, correlation: 0.99 },
      // A constant output: no correlation, nothing kept.
      { trial: 1, replacedKernels: 1, diceToMasks: null, diceToOriginal: null, correlation: null },
    ];
    const vector = { diceToMasks: null, diceToOriginal: null, correlation: 1 };
    const found = conclusions(plan, vector, trials);
    expect(found.measure).toBe("correlation");
    expect(found.rows[0]).toMatchObject({ verdict: "clinicalFilters", bestFit: 0.99 });
    expect(conclusions(plan, { ...own(1), diceToMasks: null }, []).measure).toBe("diceToOriginal");
    expect(conclusions(plan, { ...vector, correlation: null }, trials).rows[0].verdict).toBe(
      "notTested",
    );
  });

  test("say their numbers", () => {
    const values = { "best-fit": 0.951, zero: 0.2, ...random(0.3, 0.5, 0.96), ...fitted(0.94) };
    const sentenceOf = (given: Readonly<Record<string, number>>) => {
      const found = judged(given);
      return verdictSentence(found.rows[0], found);
    };
    expect(sentenceOf(values)).toBe(
      "Could be clinical filters: with them the Dice is 0.951 (0.970 before), with random kernels of equal strength 0.500 (median of 3 draws, 0.300 to 0.960), and with as many random filters, fitted in the same way, 0.940 (the best of 3 draws).",
    );
    expect(sentenceOf({ ...values, "best-fit": 0.9 })).toContain(
      "falls to 0.900, more than 0.02 below 0.970",
    );
    expect(sentenceOf({ ...values, ...random(0.96, 0.96, 0.96) })).toContain(
      "Any kernels would do",
    );
    expect(sentenceOf({ ...values, zero: 0.96 })).toContain("not needed here: with zeros");
    expect(sentenceOf({ ...values, ...fitted(0.96) })).toContain("not because they are clinical");
    expect(sentenceOf({})).toContain("Cannot be told");
  });
});

describe("words that fit what was tested", () => {
  const kept = { "best-fit": 0.96, zero: 0.2, ...random(0.3, 0.5, 0.6), ...fitted(0.94) };

  const answer = (values: Readonly<Record<string, number>>) => summarySentences(judged(values))[0];

  test("one layer is told as one", () => {
    expect(summarySentences(judged(kept)).slice(0, 2)).toEqual([
      "The one layer tested can be replaced by clinical filters; random filters do not do as well.",
      '"Can be replaced" means: with the best-fitting clinical filters the Dice stays within 0.02 of 0.970, what it is with the network\'s own kernels.',
    ]);
    expect(answer({ ...kept, "best-fit": 0.5 })).toBe(
      "The one layer tested cannot be replaced by clinical filters.",
    );
  });

  test("the answer names the control that does as well", () => {
    const can = "The one layer tested can be replaced by clinical filters";
    expect(answer({ ...kept, ...fitted(0.96) })).toBe(
      `${can}; there random filters do just as well.`,
    );
    for (const other of [random(0.96, 0.96, 0.96), { zero: 0.96 }]) {
      expect(answer({ ...kept, ...other })).toBe(
        `${can}; there even random numbers or zeros do just as well.`,
      );
    }
    expect(answer({ "best-fit": 0.96, ...random(0.3, 0.5, 0.6) })).toBe(
      `${can}; random kernels as a rule do not do as well.`,
    );
  });

  test("where no layer keeps it, not one at a time is said to", () => {
    const plan = planTrials([target("a"), target("b")], [{ kind: "best-fit" }]);
    const trials = [0, 1, 2].map((trial) => ({ trial, replacedKernels: 5, ...own(0.4) }));
    expect(summarySentences(conclusions(plan, own(0.97), trials))[0]).toBe(
      "None of 2 layers can be replaced by clinical filters, not even one at a time; all together: no.",
    );
  });

  test("layers that have not been judged are not counted as lost", () => {
    const plan = planTrials([target("a"), target("b"), target("c")], EACH);
    const trials = plan.planned.flatMap(({ row, replacement }, trial): TrialResult[] => {
      if (row > 1) return [];
      const value = replacement.kind === "best-fit" ? 0.96 : 0.2;
      return [{ trial, replacedKernels: 5, ...own(value) }];
    });
    expect(summarySentences(conclusions(plan, own(0.97), trials))[0]).toBe(
      "2 of 2 layers that can be judged can be replaced by clinical filters one at a time; random filters do not do as well.",
    );
  });

  test("all layers at once are answered too, whatever they say", () => {
    const plan = planTrials([target("a"), target("b")], EACH);
    const together = (values: Readonly<Record<string, number>>) => {
      const trials = plan.planned.flatMap(({ row, replacement }, trial): TrialResult[] => {
        const value = (row < 2 ? kept : values)[answerName(replacement) as keyof typeof kept];
        return value === undefined ? [] : [{ trial, replacedKernels: 5, ...own(value) }];
      });
      const [said] = summarySentences(conclusions(plan, own(0.97), trials));
      return said.split("; all together: ")[1];
    };
    expect(together(kept)).toBe("yes.");
    expect(together({ ...kept, ...fitted(0.96) })).toBe("yes, but random filters do just as well.");
    expect(together({ ...kept, zero: 0.96 })).toBe("yes, but even random numbers or zeros do.");
    expect(together({ ...kept, "best-fit": 0.5 })).toBe("no.");
    expect(together({ "best-fit": 0.96 })).toBe("cannot be told.");
    expect(together({})).toBeUndefined();
  });

  test("where controls were left out, the summary says that they are missing", () => {
    expect(summarySentences(judged({ "best-fit": 0.96 }))).toEqual([
      "Cannot be told: a verdict needs the best-fitting clinical filters and random kernels that stand for as many kernels, and not all of that has been tested.",
    ]);
  });

  test("a group's kernels are not called layers", () => {
    const members = Uint8Array.of(1, 0);
    const some = [target("a"), target("b")].map((whole) => ({ ...whole, members }));
    const plan = planTrials(some, [{ kind: "best-fit" }, { kind: "random", draw: 0 }]);
    expect(plan.rows.map(({ kernels }) => kernels)).toEqual(["some", "some", "some"]);
    const dice = [0.96, 0.2, 0.4, 0.2, 0.3, 0.1];
    const trials = dice.map((value, trial) => ({ trial, replacedKernels: 1, ...own(value) }));
    expect(summarySentences(conclusions(plan, own(0.97), trials))).toMatchInlineSnapshot(`
      [
        "The group's kernels can be replaced by clinical filters in 1 of 2 layers one at a time; random kernels as a rule do not do as well; all together: no.",
        ""Can be replaced" means: with the best-fitting clinical filters the Dice stays within 0.02 of 0.970, what it is with the network's own kernels.",
        "In a clinical filters keep it and random kernels of equal strength do not; as many random filters, fitted in the same way, were not all tested.",
        "Could not be clinical filters: the group's kernels in b (0.400).",
        "All layers at once: the Dice is 0.300 with the best-fitting clinical filters, 0.100 in one draw with random kernels (0.970 before). Together the group's kernels could not be clinical filters, though those of 1 layer could one at a time.",
      ]
    `);
  });

  test("a control counts as tested by the layers that it is told of", () => {
    const plan = planTrials([target("a"), target("b")], EACH.slice(0, 7));
    const all = [...EACH.keys()].slice(0, 7);
    const trials = all.map((trial) => ({ trial, replacedKernels: 5, ...own(0.3) }));
    trials[0] = { ...trials[0], ...own(0.96) };
    // The second layer was lost before its controls ran.
    trials.push({ trial: 7, replacedKernels: 5, ...own(0.3) });
    const said = summarySentences(conclusions(plan, own(0.97), trials)).join(" ");
    expect(said).toContain("do not either");
    expect(said).not.toContain("were not all tested");
  });

  test("an output that is the same everywhere is told as that", () => {
    const plan = planTrials([target("a")], EACH);
    const nothing = { diceToMasks: null, diceToOriginal: null, correlation: null };
    const trials = plan.trials.map((_, trial) => ({ trial, replacedKernels: 5, ...nothing }));
    const found = conclusions(plan, nothing, trials);
    const said = "Cannot be told: on these images the network's own output is the same everywhere.";
    expect(verdictSentence(found.rows[0], found)).toBe(said);
    expect(summarySentences(found)).toEqual([said]);
  });

  test("where nothing can be told, the summary says why", () => {
    expect(summarySentences(judged(kept, 0.3))).toEqual([
      "Cannot be told: the Dice of the network itself is only 0.300 on these images.",
    ]);
    expect(summarySentences(judged(kept, 0.97, 0))).toEqual([
      "No clinical filter fits the kernels of a: there nothing can be told.",
    ]);
  });

  test("random kernels that stand for more kernels than filters do are told, and no proof", () => {
    const plan = planTrials([target("a"), target("b")], EACH);
    const found = (randomFit: number | null) => {
      const trials = plan.planned.flatMap(({ row, replacement }, trial): TrialResult[] => {
        if (row < 2) return [];
        const isFit = replacement.kind === "best-fit";
        if (replacement.kind === "random-fit") {
          return randomFit === null ? [] : [{ trial, replacedKernels: 5, ...own(randomFit) }];
        }
        return [{ trial, replacedKernels: isFit ? 5 : 8, ...own(isFit ? 0.96 : 0.1) }];
      });
      return conclusions(plan, own(0.97), trials);
    };
    const together = (all: Conclusions) => all.rows[2];
    expect(together(found(null)).verdict).toBe("unequalControl");
    expect(verdictSentence(together(found(null)), found(null))).toBe(
      "Cannot be told: random kernels stood for 8 kernels, and clinical filters for the 5 that they fit; test one layer at a time, or with random filters.",
    );
    // Random filters stand for the same kernels as the clinical ones.
    expect(together(found(0.5)).verdict).toBe("clinicalFilters");
    expect(together(found(0.96)).verdict).toBe("anyFilters");
    expect(verdictSentence(together(found(0.5)), found(0.5))).toContain(
      "0.100 (median of 3 draws, 0.100 to 0.100, for 3 more kernels, which no filter fits)",
    );
  });
});

describe("what the sample says", () => {
  const layers = Object.keys(answers.layers);
  const plan = planTrials(layers.map(target), EACH);
  const trials = plan.planned.map(({ row, replacement }, trial): TrialResult => {
    const { layer } = plan.rows[row];
    const found = layer === null ? answers.allLayers : answers.layers[layer].trials;
    return { trial, replacedKernels: 1, ...found[answerName(replacement)] };
  });
  const found = conclusions(plan, answers.original, trials);

  test("three layers could not be clinical filters, nor could all at once", () => {
    const lost = found.rows.filter(({ verdict }) => verdict === "couldNot");
    expect(lost.map(({ layer }) => layer)).toEqual([
      "encoder.1.conv1",
      "encoder.1.conv2",
      "encoder.3.conv1",
      null,
    ]);
  });

  test("in the others the controls are told", () => {
    expect(summarySentences(found)).toMatchInlineSnapshot(`
      [
        "15 of 18 layers can be replaced by clinical filters one at a time; in 10 of them random filters do just as well, in 2 even random numbers or zeros; all together: no.",
        ""Can be replaced" means: with the best-fitting clinical filters the Dice stays within 0.02 of 0.973, what it is with the network's own kernels.",
        "In encoder.0.conv1, encoder.2.conv2 and decoder.1.conv2 clinical filters keep it and random kernels of equal strength do not; as many random filters, fitted in the same way, do not either.",
        "In encoder.0.conv2, encoder.2.conv1, encoder.3.conv2, bottleneck.conv1, decoder.0.conv1, decoder.1.conv1 and 4 more random kernels of equal strength as a rule do not keep it, but a set of as many random filters, fitted in the same way, does: there a few filters suffice, clinical or not.",
        "In bottleneck.conv2 and decoder.0.conv2 even random kernels or zeros keep it: there the test says nothing about filters.",
        "Could not be clinical filters: encoder.1.conv1 (0.952), encoder.1.conv2 (0.951) and encoder.3.conv1 (0.913).",
        "All layers at once: the Dice is 0.141 with the best-fitting clinical filters, 0.658 with those of the spectral labels, 0.671 with zeros, 0.396 (median of 3 draws, 0.100 to 0.416) with random kernels, 0.316 (the best of 3 draws) with as many random filters, fitted in the same way (0.973 before). Together the layers could not be clinical filters, though 15 of them could one at a time.",
      ]
    `);
  });

  test("nothing where nothing has run yet", () => {
    expect(summarySentences(conclusions(plan, answers.original, []))).toEqual([]);
  });
});
