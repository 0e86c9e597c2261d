import type { Verdict } from "../../../core/substitution/conclusions.ts";
import { verdictName } from "../../../core/substitution/conclusionWords.ts";
import type { TestFindings } from "./testRows.ts";

/** In the order in which they are told: what speaks for clinical filters first. */
const VERDICTS: readonly Verdict[] = [
  "clinicalFilters",
  "anyFilters",
  "anyKernels",
  "notNeeded",
  "couldNot",
  "ownTooLow",
  "nothingReplaced",
  "unequalControl",
  "notTested",
];

/** What a verdict means for those who have never heard of a kernel. */
export function verdictMeaning(verdict: Verdict): string {
  switch (verdict) {
    case "clinicalFilters":
      return "With clinical filters in place of its kernels the result stays as it was; with random numbers or random filters it does not. Here the network may well use filters that you know.";
    case "anyFilters":
      return "Clinical filters keep the result, but just as many random filters keep it too. A few filters are enough here, and they need not be clinical.";
    case "anyKernels":
      return "Even random numbers keep the result, so that clinical filters keep it says nothing about them.";
    case "notNeeded":
      return "Even zeros keep the result: on these images the network does not need these kernels.";
    case "couldNot":
      return "With clinical filters the result is no longer what it was: these kernels do something that no such filter does.";
    case "ownTooLow":
      return "The network as it is does too badly on these images: there is no result to keep. Try images that it was made for.";
    case "nothingReplaced":
      return "No clinical filter fits kernels of this size, so none could take their place.";
    case "unequalControl":
      return "The control replaced more kernels than the filters could, so the two cannot be compared. Test one layer at a time.";
    case "notTested":
      return "A verdict needs the best-fitting clinical filters and random kernels; not all of that has been run.";
  }
}

/** A verdict, and the layers that it was given to. */
export interface GivenVerdict {
  readonly verdict: Verdict;
  readonly name: string;
  readonly layers: readonly string[];
}

/** The verdicts that were given to single layers, each once; none that could still turn. */
export function givenVerdicts({
  found,
  rows,
}: Pick<TestFindings, "found" | "rows">): readonly GivenVerdict[] {
  return VERDICTS.map((verdict) => ({
    verdict,
    name: verdictName(verdict),
    layers: found.rows.flatMap((row, at) =>
      row.layer !== null && row.verdict === verdict && rows[at]?.verdict !== null
        ? [row.layer]
        : [],
    ),
  })).filter(({ layers }) => layers.length > 0);
}
