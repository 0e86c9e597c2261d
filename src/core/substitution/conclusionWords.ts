import {
  type Conclusions,
  isKept,
  type RowConclusion,
  type Spread,
  type TrialMeasure,
  type Verdict,
} from "./conclusions.ts";

/** Digits after the point: the third is what one pixel in a thousand moves. */
const DIGITS = 3;

/** Names in a sentence before the rest is counted. */
const NAMES_AT_MOST = 6;

/** A verdict in two or three words, for tables and legends. */
export function verdictName(verdict: Verdict): string {
  switch (verdict) {
    case "clinicalFilters":
      return "could be clinical filters";
    case "anyFilters":
      return "a few filters, clinical or not";
    case "anyKernels":
      return "any kernels would do";
    case "notNeeded":
      return "not needed";
    case "couldNot":
      return "could not be clinical filters";
    case "ownTooLow":
    case "nothingReplaced":
    case "unequalControl":
    case "notTested":
      return "cannot be told";
  }
}

/** What a row says, in one or two plain sentences, with the control that makes it fair. */
export function verdictSentence(row: RowConclusion, all: Conclusions): string {
  const { measure, own, margin } = all;
  const name = MEASURE_NAMES[measure];
  const [best, self, zero] = [row.bestFit, own, row.zero].map(shown);
  const random = randomText(row);
  switch (row.verdict) {
    case "clinicalFilters":
      return `Could be clinical filters: with them ${name} is ${best} (${self} before), with random kernels of equal strength ${random}${row.randomFit === null ? "" : `, and with as many random filters, fitted in the same way, ${bestText(row.randomFit)}`}.`;
    case "anyFilters":
      return `Could be clinical filters, but not because they are clinical: with them ${name} is ${best} (${self} before), and as many random filters, fitted in the same way, keep it too: ${bestText(row.randomFit)}. Random kernels that are not fitted do not: ${random}.`;
    case "anyKernels":
      return `Any kernels would do here: even random ones of equal strength keep ${name}: ${random}, ${self} before. That clinical filters keep it too (${best}) says nothing about them.`;
    case "notNeeded":
      return `These kernels are not needed here: with zeros in their place ${name} is ${zero} (${self} before). That clinical filters keep it too (${best}) says nothing about them.`;
    case "couldNot":
      return `Could not: replaced by clinical filters ${name} falls to ${best}, more than ${margin} below ${self}${row.random === null ? "" : `; with random kernels of equal strength it is ${random}`}.`;
    case "ownTooLow":
      return ownTooLowSentence(all);
    case "nothingReplaced":
      return "Cannot be told: no clinical filter fits a kernel here (an even size, a side below 3, or all zeros).";
    case "unequalControl":
      return `Cannot be told: random kernels stood for ${row.randomKernels} kernels, and clinical filters for the ${row.replacedKernels} that they fit; test one layer at a time, or with random filters.`;
    case "notTested":
      return own === null
        ? CONSTANT_OUTPUT
        : "Cannot be told: not all that a verdict needs has been tested.";
  }
}

/**
 * What all rows say together: the answer in one sentence, then what it rests on, in a few plain
 * ones. None where nothing has been tested.
 */
export function summarySentences(all: Conclusions): readonly string[] {
  const alone = all.rows.filter(({ layer }) => layer !== null);
  const tested = alone.filter(({ verdict }) => !UNTOLD.has(verdict));
  const together = all.rows.find(({ layer }) => layer === null);
  if (tested.length === 0) return untoldSentences(alone, all);
  const lost = tested.filter(({ verdict }) => verdict === "couldNot");
  const kept = tested.length - lost.length;
  const sentences = [
    answerSentence(all, alone, tested),
    meaningSentence(all),
    ...keptSentences(tested, all),
  ];
  if (lost.length > 0) {
    sentences.push(
      `Could not be clinical filters: ${whose(lost)}${names(lost, ({ bestFit }) => bestFit)}.`,
    );
  }
  sentences.push(...untoldSentences(alone, all));
  if (together !== undefined && together.bestFit !== null) {
    sentences.push(togetherSentence(together, all, kept));
  }
  return sentences;
}

const MEASURE_NAMES: Readonly<Record<TrialMeasure, string>> = {
  diceToMasks: "the Dice",
  diceToOriginal: "the Dice to the network's own output",
  correlation: "the correlation with the network's own output",
};

const UNTOLD: ReadonlySet<Verdict> = new Set([
  "ownTooLow",
  "nothingReplaced",
  "unequalControl",
  "notTested",
]);

/** Only vectors come to this: of maps there is a Dice. */
const CONSTANT_OUTPUT =
  "Cannot be told: on these images the network's own output is the same everywhere.";

/** Where controls were left out, or the test was cancelled early. */
const NO_VERDICT =
  "Cannot be told: a verdict needs the best-fitting clinical filters and random kernels that stand for as many kernels, and not all of that has been tested.";

function ownTooLowSentence({ measure, own }: Conclusions): string {
  return `Cannot be told: ${MEASURE_NAMES[measure]} of the network itself is only ${shown(own)} on these images.`;
}

/** The answer for those who read no further: the layers, the controls, all layers at once. */
function answerSentence(
  all: Conclusions,
  alone: readonly RowConclusion[],
  tested: readonly RowConclusion[],
): string {
  const kept = tested.filter(({ verdict }) => verdict !== "couldNot");
  const together = all.rows.find(({ layer }) => layer === null);
  const parts = [replacedPart(kept.length, tested, alone.length), ...controlParts(kept)];
  if (together !== undefined && together.bestFit !== null) {
    parts.push(`all together: ${togetherAnswer(together.verdict)}`);
  }
  return `${parts.join("; ")}.`;
}

function replacedPart(kept: number, tested: readonly RowConclusion[], alone: number): string {
  const isWhole = tested.every(({ kernels }) => kernels === "all");
  if (tested.length === 1) {
    const what = isWhole ? "The one layer tested" : "The group's kernels in the one layer tested";
    return `${what} ${kept === 0 ? "cannot" : "can"} be replaced by clinical filters`;
  }
  const layers = `${tested.length} ${tested.length < alone ? "layers that can be judged" : "layers"}`;
  const count = kept === 0 ? `none of ${layers}` : `${kept} of ${layers}`;
  const time = kept === 0 ? ", not even one at a time" : " one at a time";
  return isWhole
    ? `${capital(count)} can be replaced by clinical filters${time}`
    : `The group's kernels can be replaced by clinical filters in ${count}${time}`;
}

/** What takes the place of the kernels just as well, of layers that clinical filters keep. */
function controlParts(kept: readonly RowConclusion[]): readonly string[] {
  if (kept.length === 0) return [];
  const count = (...verdicts: Verdict[]) =>
    kept.filter(({ verdict }) => verdicts.includes(verdict)).length;
  const where = (found: number) =>
    kept.length === 1 ? "there" : `in ${found === kept.length ? "all" : found} of them`;
  const [filters, kernels] = [count("anyFilters"), count("anyKernels", "notNeeded")];
  const numbers = "even random numbers or zeros";
  if (filters > 0) {
    const more = kernels === 0 ? "" : `, in ${kernels} ${numbers}`;
    return [`${where(filters)} random filters do just as well${more}`];
  }
  if (kernels > 0) return [`${where(kernels)} ${numbers} do just as well`];
  const isFair = kept.every(({ randomFit }) => randomFit !== null);
  return [
    isFair ? "random filters do not do as well" : "random kernels as a rule do not do as well",
  ];
}

function togetherAnswer(verdict: Verdict): string {
  switch (verdict) {
    case "clinicalFilters":
      return "yes";
    case "anyFilters":
      return "yes, but random filters do just as well";
    case "anyKernels":
    case "notNeeded":
      return "yes, but even random numbers or zeros do";
    case "couldNot":
      return "no";
    case "ownTooLow":
    case "nothingReplaced":
    case "unequalControl":
    case "notTested":
      return "cannot be told";
  }
}

function meaningSentence({ measure, own, margin }: Conclusions): string {
  return `"Can be replaced" means: with the best-fitting clinical filters ${MEASURE_NAMES[measure]} stays within ${margin} of ${shown(own)}, what it is with the network's own kernels.`;
}

/** What the controls make of the layers that clinical filters keep. */
function keptSentences(tested: readonly RowConclusion[], { own }: Conclusions): readonly string[] {
  const told = (...verdicts: Verdict[]) =>
    tested.filter(({ verdict }) => verdicts.includes(verdict));
  const say = (found: readonly RowConclusion[], text: (layers: string) => string) =>
    found.length === 0 ? [] : [text(names(found, null))];
  const clinical = told("clinicalFilters");
  const anyFilters = told("anyFilters");
  const isFair = clinical.every(({ randomFit }) => randomFit !== null);
  // The median decides: a single draw may keep it all the same.
  const doNot = (found: readonly RowConclusion[]) =>
    found.some(({ random }) => random !== null && isKept(random.highest, own))
      ? "as a rule do not"
      : "do not";
  return [
    ...say(
      clinical,
      (layers) =>
        `In ${layers} clinical filters keep it and random kernels of equal strength ${doNot(clinical)}; as many random filters, fitted in the same way, ${isFair ? "do not either" : "were not all tested"}.`,
    ),
    ...say(
      anyFilters,
      (layers) =>
        `In ${layers} random kernels of equal strength ${doNot(anyFilters)} keep it, but a set of as many random filters, fitted in the same way, does: there a few filters suffice, clinical or not.`,
    ),
    ...say(
      told("anyKernels", "notNeeded"),
      (layers) =>
        `In ${layers} even random kernels or zeros keep it: there the test says nothing about filters.`,
    ),
  ];
}

/** Of which layers nothing can be told, though they were tested. */
function untoldSentences(alone: readonly RowConclusion[], all: Conclusions): readonly string[] {
  if (alone.some(({ verdict }) => verdict === "ownTooLow")) return [ownTooLowSentence(all)];
  if (all.own === null && alone.some(({ replacedKernels }) => replacedKernels !== null)) {
    return [CONSTANT_OUTPUT];
  }
  const unfit = alone.filter(({ verdict }) => verdict === "nothingReplaced");
  if (unfit.length > 0) {
    return [
      `No clinical filter fits the kernels of ${names(unfit, null)}: there nothing can be told.`,
    ];
  }
  if (alone.some(({ verdict }) => !UNTOLD.has(verdict))) return [];
  return alone.some(hasRun) ? [NO_VERDICT] : [];
}

function hasRun({ bestFit, label, zero, random, randomFit }: RowConclusion): boolean {
  return [bestFit, label, zero, random, randomFit].some((value) => value !== null);
}

/** Words before the names of layers of which some kernels were replaced. */
function whose(rows: readonly RowConclusion[]): string {
  return rows.every(({ kernels }) => kernels === "all") ? "" : "the group's kernels in ";
}

function togetherSentence(
  row: RowConclusion,
  { measure, own }: Conclusions,
  keptAlone: number,
): string {
  const parts = [`${shown(row.bestFit)} with the best-fitting clinical filters`];
  if (row.label !== null) parts.push(`${shown(row.label)} with those of the spectral labels`);
  if (row.zero !== null) parts.push(`${shown(row.zero)} with zeros`);
  if (row.random !== null) parts.push(`${randomText(row)} with random kernels`);
  if (row.randomFit !== null) {
    parts.push(`${bestText(row.randomFit)} with as many random filters, fitted in the same way`);
  }
  const isWhole = row.kernels === "all";
  const what = isWhole ? "the layers" : "the group's kernels";
  const ofAlone = isWhole ? `${keptAlone} of them` : `those of ${layersOf(keptAlone)}`;
  const alone = keptAlone === 0 ? "" : `, though ${ofAlone} could one at a time`;
  const meaning =
    row.verdict === "couldNot"
      ? `Together ${what} could not be clinical filters${alone}.`
      : `${capital(verdictName(row.verdict))}.`;
  const name = MEASURE_NAMES[measure];
  return `All layers at once: ${name} is ${parts.join(", ")} (${shown(own)} before). ${meaning}`;
}

function layersOf(count: number): string {
  return count === 1 ? "1 layer" : `${count} layers`;
}

/** Layers by name, each with a number where there is one to tell. */
function names(
  rows: readonly RowConclusion[],
  numberOf: ((row: RowConclusion) => number | null) | null,
): string {
  const listed = rows.slice(0, NAMES_AT_MOST).map((row) => {
    const number = numberOf?.(row) ?? null;
    return `${row.layer}${number === null ? "" : ` (${shown(number)})`}`;
  });
  const more = rows.length - listed.length;
  if (more > 0) listed.push(`${more} more`);
  if (listed.length < 2) return listed.join("");
  return `${listed.slice(0, -1).join(", ")} and ${listed.at(-1)}`;
}

/** A median with the range that the draws span, and what else the random kernels replace. */
function randomText({ random, randomKernels, replacedKernels }: RowConclusion): string {
  if (random === null) return "not tested";
  const { draws, median, lowest, highest } = random;
  const more = (randomKernels ?? 0) - (replacedKernels ?? 0);
  const unfit =
    more > 0 ? `, for ${more} more ${more === 1 ? "kernel" : "kernels"}, which no filter fits` : "";
  if (draws === 1) return `${shown(median)} in one draw${unfit}`;
  return `${shown(median)} (median of ${draws} draws, ${shown(lowest)} to ${shown(highest)}${unfit})`;
}

/** The best draw: of filters one set that does is enough. */
function bestText(spread: Spread | null): string {
  if (spread === null) return "not tested";
  return `${shown(spread.highest)} (the best of ${spread.draws} ${spread.draws === 1 ? "draw" : "draws"})`;
}

function shown(value: number | null): string {
  return value === null ? "unknown" : value.toFixed(DIGITS);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
