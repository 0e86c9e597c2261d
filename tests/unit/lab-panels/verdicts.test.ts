import { describe, expect, test } from "vitest";
import type { RowConclusion, Verdict } from "../../../src/core/substitution/conclusions.ts";
import { verdictName } from "../../../src/core/substitution/conclusionWords.ts";
import type { SubstitutionRow } from "../../../src/ui/figures/substitution.ts";
import type { TestRun } from "../../../src/ui/lab/test/testRuns.ts";
import { endSentence } from "../../../src/ui/lab/test/testWords.ts";
import { givenVerdicts, verdictMeaning } from "../../../src/ui/lab/test/verdicts.ts";

const ALL: readonly Verdict[] = [
  ...(["clinicalFilters", "anyFilters", "anyKernels", "notNeeded", "couldNot"] as const),
  ...(["ownTooLow", "nothingReplaced", "unequalControl", "notTested"] as const),
];

/** Lines of a chart, a verdict each; those that have not run yet have none in words. */
function findingsOf(lines: readonly (readonly [string | null, Verdict, boolean?])[]) {
  const rows = lines.map(([layer, verdict]) => ({ layer, verdict }) as RowConclusion);
  return {
    found: { measure: "diceToMasks", own: 0.9, margin: 0.02, rows } as const,
    rows: lines.map(
      ([name, verdict, isTold = true]) =>
        ({ name, verdict: isTold ? verdictName(verdict) : null }) as SubstitutionRow,
    ),
  };
}

describe("the verdicts that were given", () => {
  test("are told once each, what speaks for clinical filters first", () => {
    const given = givenVerdicts(
      findingsOf([
        ["one", "couldNot"],
        ["two", "clinicalFilters"],
        ["three", "couldNot"],
      ]),
    );
    expect(given.map(({ verdict, layers }) => [verdict, layers])).toEqual([
      ["clinicalFilters", ["two"]],
      ["couldNot", ["one", "three"]],
    ]);
  });

  test("are those of single layers that have run", () => {
    const given = givenVerdicts(
      findingsOf([
        ["one", "notNeeded", false],
        [null, "couldNot"],
      ]),
    );
    expect(given).toEqual([]);
  });

  test("have a meaning each, in words of its own", () => {
    const meanings = ALL.map(verdictMeaning);
    expect(new Set(meanings).size).toBe(ALL.length);
    for (const one of meanings) expect(one).not.toMatch(/Dice|correlation|seed|norm/i);
  });
});

describe("how a test ended", () => {
  const run = { trials: [], failure: null, plan: { trials: [{}, {}] } } as unknown as TestRun;
  const some = { trials: [{}], plan: { trials: [{}, {}] } } as unknown as TestRun;

  test("cancelled at once, says how it can be made shorter", () => {
    const said = endSentence({ ...run, state: "cancelled" });
    expect(said).toMatch(/before anything was found.* one layer/);
  });

  test("failed, says why and what to do, and that what was found stays if something was", () => {
    const failure = { message: "There is not enough memory.", details: "" };
    const said = endSentence({ ...run, state: "failed", failure });
    expect(said).toMatch(/^There is not enough memory\. Run it again, .* one layer/);
    expect(said).not.toMatch(/stays/);
    expect(endSentence({ ...some, state: "failed", failure })).toMatch(/What was found stays\.$/);
  });
});
