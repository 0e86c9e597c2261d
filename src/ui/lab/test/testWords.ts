import type { TrialMeasure } from "../../../core/substitution/conclusions.ts";
import { countText, groupedNumber, percentText, sizeText } from "../../figures/text.ts";
import { listText } from "../../words/listText.ts";
import type { ReplacementKind, TestChoice } from "./testChoice.ts";
import type { TestPlan } from "./testPlan.ts";
import type { TestRun } from "./testRuns.ts";

/** What a mark of the chart stands for, in plain words; the same where it is chosen. */
export function kindWords(
  kind: ReplacementKind,
  { draws, bits }: Pick<TestChoice, "draws" | "bits">,
): string {
  const range =
    draws === 1 ? "one draw" : `${groupedNumber(draws)} draws: their range, the median marked`;
  switch (kind) {
    case "best-fit":
      return "each kernel becomes the clinical filter whose numbers fit it best";
    case "label":
      return "each kernel becomes the clinical filter whose name it got in the other views (indeterminate ones stay)";
    case "random-fit":
      // As the verdicts are: one set that does as well disproves that only clinical filters do.
      return `control: each kernel becomes the best-fitting of as many random filters (${range}${draws === 1 ? "" : "; the best one decides"})`;
    case "random":
      return `control: each kernel becomes random numbers of equal strength (${range})`;
    case "zero":
      return "control: each kernel becomes zeros";
    case "low-rank":
      return "each kernel is simplified to one column times one row";
    case "rounded":
      return `each kernel's numbers are rounded to ${bits} bits`;
  }
}

/** A column's or a field's name. */
export const KIND_NAMES: Readonly<Record<ReplacementKind, string>> = {
  "best-fit": "Best-fitting clinical filter",
  label: "Filter of its name",
  "random-fit": "Random filters, fitted",
  random: "Random kernels",
  zero: "Zeros",
  "low-rank": "Simplified",
  rounded: "Rounded",
};

/** What the lines of the chart go from 0 to 1 in. */
export function axisWords(measure: TrialMeasure): string {
  switch (measure) {
    case "diceToMasks":
      return "Dice, overlap with the right masks: 0 none, 1 the same";
    case "diceToOriginal":
      return "Dice, overlap with what the network itself marks: 0 none, 1 the same";
    case "correlation":
      return "Correlation with the network's own output: 0 none, 1 the same";
  }
}

/** A time as people say it beforehand. */
export function roughTime(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 10) return "a few seconds";
  if (seconds < 55) return `about ${Math.ceil(seconds / 10) * 10} seconds`;
  const minutes = Math.max(1, Math.round(seconds / 60));
  return minutes === 1 ? "about a minute" : `about ${groupedNumber(minutes)} minutes`;
}

/** What pressing the button will do. */
export function beforehandSentence(
  plan: TestPlan,
  slices: number,
  milliseconds: number | null,
): string {
  if (plan.trials.length === 0) return nothingSentence(plan);
  const runs = `${countText(plan.trials.length, "replacement")} on ${countText(slices, "slice")}`;
  const time = milliseconds === null ? "" : `: ${roughTime(milliseconds)} on this computer`;
  return `${runs}${time}. The network as it is runs first.`;
}

/** Why there is nothing to run, and what to choose instead. */
function nothingSentence({ fixed }: TestPlan): string {
  return fixed.length === 0
    ? "Nothing is chosen to be replaced: choose kernels, and what takes their place."
    : "None of the chosen kernels can be replaced; why is told below.";
}

/** How far a run is. */
export function progressSentence(run: TestRun, now: number): string {
  const done = `${groupedNumber(run.trials.length)} of ${countText(run.plan.trials.length, "replacement")} tried`;
  const elapsed = now - run.startedAt;
  // Before that, a guess from the share would jump about.
  if (run.share < 0.02 || elapsed < 1500) return `${done}.`;
  return `${done}; ${roughTime((elapsed / run.share) * (1 - run.share))} left.`;
}

/** How a run ended, where that is not plain. */
export function endSentence({ state, failure, trials, plan }: TestRun): string | null {
  switch (state) {
    case "running":
    case "done":
      return null;
    case "cancelled":
      return trials.length === 0
        ? "Stopped before anything was found. A shorter test: one layer, or only the slice that is looked at."
        : `Stopped after ${groupedNumber(trials.length)} of ${countText(plan.trials.length, "replacement")}; what was found stays.`;
    case "failed":
      return `${failure?.message ?? "The test has failed."} Run it again, with less if need be: one layer, or only the slice that is looked at.${trials.length === 0 ? "" : " What was found stays."}`;
  }
}

/** "256 × 256"; of images that are prepared each in its own way, that too. */
function inputsText(preprocessing: TestRun["preprocessing"]): string {
  const sizes = new Set(preprocessing.map(({ height, width }) => sizeText([height, width])));
  const own = preprocessing.length > 1 ? ", each image prepared in its own way" : "";
  return [...sizes].join(" and ") + own;
}

/** Thresholds that are chosen as probabilities are long numbers before the sigmoid. */
const THRESHOLD_DIGITS = 4;

function outputText({ name, rule }: TestRun["output"]): string {
  const channel = `output ${name}, channel ${rule.channel}`;
  switch (rule.kind) {
    case "threshold":
      return `${channel}, threshold ${Number(rule.threshold.toPrecision(THRESHOLD_DIGITS))}`;
    case "largest":
      return `${channel} where it is the largest`;
    case "named":
      return `${channel} where it names class ${rule.classNumber}`;
  }
}

/** What a person said to be the right answer; what is proposed goes without saying. */
function labelTexts({ label = "proposed" }: TestRun["output"]): readonly string[] {
  if (label === "proposed") return [];
  return [label === "all" ? "all that masks mark" : `value ${label} of the masks`];
}

/** Every choice that changes a number, for captions. */
export function settingsSentence(run: TestRun): string {
  const { slices, masks, output, features, labels, preprocessing, choice, groupName } = run;
  const { kinds, draws } = choice;
  const isDrawn = kinds.includes("random") || kinds.includes("random-fit");
  return `${[
    groupName === null ? "Whole layers" : `${groupName} only`,
    `filters ${listText(features.map(({ label }) => label))}`,
    `${countText(slices, "slice")}, ${masks === slices ? "all with masks" : `${groupedNumber(masks)} with masks`}, pooled`,
    `input ${inputsText(preprocessing)}`,
    outputText(output),
    ...(masks > 0 ? labelTexts(output) : []),
    ...(kinds.includes("label")
      ? [
          `names by sorted spectra on a map of ${sizeText([labels.grid, labels.grid])}, threshold ${percentText(labels.threshold)}`,
        ]
      : []),
    ...(isDrawn ? [`${countText(draws, "random draw")}, seeded`] : []),
  ].join("; ")}. Filters are turned, mirrored and scaled to fit.`;
}
