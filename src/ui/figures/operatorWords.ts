import type { LayerOperator, OperatorExactness } from "../../core/operator/layerOperator.ts";
import type { OperatorSpectrum } from "../../core/operator/operatorSpectrum.ts";
import { groupedNumber, percentText, sizeText } from "./text.ts";

/** Digits of an amplification: as many as a person compares. */
const DIGITS = 3;

/** "3.37", "0.00152", "17,100": three digits. */
export function amplificationText(value: number): string {
  return value === 0 ? "0" : digitsText(Number(value.toPrecision(DIGITS)));
}

function digitsText(rounded: number): string {
  return rounded >= 1000 && rounded < 1e15 ? groupedNumber(rounded) : String(rounded);
}

/** The text of a certified upper bound: rounded so that it still holds. */
export function atMostText(value: number): string {
  return certainText(value, 1);
}

/** The text of a certified lower bound: rounded so that it still holds. */
export function atLeastText(value: number): string {
  return certainText(value, -1);
}

function certainText(value: number, direction: 1 | -1): string {
  if (value === 0) return "0";
  const nearest = Number(value.toPrecision(DIGITS));
  if ((nearest - value) * direction >= 0) return digitsText(nearest);
  const unit = 10 ** (Math.floor(Math.log10(value)) + 1 - DIGITS);
  return digitsText(Number((nearest + direction * unit).toPrecision(DIGITS)));
}

/** Ends of a norm that read alike are one number. */
function normText({ atLeast, atMost }: LayerOperator["norm"]): string {
  const [low, high] = [amplificationText(atLeast), amplificationText(atMost)];
  return low === high ? low : `between ${atLeastText(atLeast)} and ${atMostText(atMost)}`;
}

/** What the layer can do to its input, in one sentence for a reader without mathematics. */
export function operatorSentence(operator: LayerOperator): string {
  if (operator.exactness.kind === "all-zero") {
    return "All weights of this layer are 0: whatever it receives, it passes nothing on.";
  }
  const most = atMostText(operator.normWithZeroPadding);
  const sentence = `This layer can amplify an image by at most ${most} times`;
  if (operator.normWithZeroPadding < 1) return `${sentence}: it weakens everything it receives.`;
  const least = atLeastText(operator.norm.atLeast);
  const isTight = operator.normWithZeroPadding <= operator.norm.atLeast * 1.1;
  return isTight
    ? `${sentence}, and comes close to it.`
    : `${sentence}, and some image is amplified at least ${least} times.`;
}

/** For which borders and maps the numbers hold. */
export function boundaryText({ boundary, inputMap }: LayerOperator): string {
  switch (boundary) {
    case "circular":
      return `Circular borders (opposite edges joined) on a ${sizeText(inputMap)} map.`;
  }
}

/** Of how much of the operator the curve is, or why there is none. */
export function exactnessText(exactness: OperatorExactness, count: number): string {
  switch (exactness.kind) {
    case "every-frequency":
      return `All ${groupedNumber(count)} singular values.`;
    case "some-frequencies":
      return `Of this large layer the singular values of ${sizeText(exactness.frequencies)} evenly spaced frequencies: a part of all.`;
    case "smaller-map":
      return `Of this large layer the singular values on a smaller map of ${sizeText(exactness.map)} frequencies.`;
    case "bound-only":
      return "This layer is too large to compute single values here: its largest is known between two bounds.";
    case "all-zero":
      return "Every singular value is 0.";
  }
}

export interface OperatorFact {
  readonly name: string;
  readonly value: string;
}

/** The numbers of the panel, by name. */
export function operatorFacts(operator: LayerOperator): readonly OperatorFact[] {
  const { norm, normWithZeroPadding, unfoldedBound, milliseconds, spectrum } = operator;
  const facts: OperatorFact[] = [
    { name: "Largest, circular borders", value: normText(norm) },
    { name: "Bound, zero borders too", value: `at most ${atMostText(normWithZeroPadding)}` },
    { name: "Simpler bound (unfolded)", value: `at most ${atMostText(unfoldedBound)}` },
  ];
  if (spectrum !== null) {
    const part = partText(operator.exactness);
    facts.push(...spectrumFacts(spectrum).map(({ name, value }) => ({ name: name + part, value })));
  }
  facts.push({ name: "Computed in", value: `${amplificationText(milliseconds / 1000)} s` });
  return facts;
}

/** Numbers of a part of the frequencies are not those of the layer, and say so. */
function partText(exactness: OperatorExactness): string {
  switch (exactness.kind) {
    case "some-frequencies":
      return ", of the part";
    case "smaller-map":
      return ", smaller map";
    case "every-frequency":
    case "bound-only":
    case "all-zero":
      return "";
  }
}

function spectrumFacts(spectrum: OperatorSpectrum): readonly OperatorFact[] {
  const { curve, count, resolution, condition, stableRank, effectiveRank } = spectrum;
  const smallest = curve[curve.length - 1];
  const zero = `0 (under ${atMostText(resolution)}, the rounding)`;
  return [
    { name: "Median", value: amplificationText(curve[(curve.length - 1) >> 1]) },
    { name: "Smallest", value: smallest > resolution ? amplificationText(smallest) : zero },
    {
      name: "Condition number",
      value: condition === null ? "none: too near 0" : amplificationText(condition),
    },
    { name: "Singular values", value: groupedNumber(count) },
    { name: "Stable rank", value: rankText(stableRank, count) },
    { name: "Effective rank", value: rankText(effectiveRank, count) },
  ];
}

function rankText(rank: number | null, count: number): string {
  if (rank === null) return "none";
  return `${groupedNumber(rank)} (${percentText(rank / count).replace(" ", "\u00a0")})`;
}

/** Ranks at which the table beside the curve reads it. */
const READ_AT: readonly number[] = [0, 0.1, 0.25, 0.5, 0.75, 0.9, 1];

/** The curve in numbers: share of the patterns that are amplified by `value` or more. */
export function curveReadings(curve: Float64Array): readonly OperatorFact[] {
  return READ_AT.map((share) => ({
    name: percentText(share),
    value: amplificationText(curve[Math.round(share * (curve.length - 1))]),
  }));
}
