import { type MaskLabels, MOST_LABELS, UNDECIDED_LABEL } from "../images/maskLabels.ts";
import type { MaskRule } from "./maskRule.ts";

/**
 * What of a mask is the right answer: one label, all that is marked, or what is proposed for the
 * class that is asked about (`labelOfClass`).
 */
export type MaskLabel = "proposed" | "all" | number;

/** One class of a network that gives each pixel one of several. */
export interface AskedClass {
  readonly number: number;
  /** How many there are; null where the output does not tell. */
  readonly classes: number | null;
}

/** The class that a rule asks about; null for thresholds: what they mark may overlap. */
export function askedClass(rule: MaskRule, channels: number): AskedClass | null {
  switch (rule.kind) {
    case "threshold":
      return null;
    case "largest":
      return { number: rule.channel, classes: channels };
    case "named":
      return { number: rule.classNumber, classes: null };
  }
}

/** A mask as far as it tells which of its labels means which class. */
export interface LabelledMask extends MaskLabels {
  /** Largest value of the whole file: a slice of a volume may show few of its labels. */
  readonly largest: number;
}

/**
 * 255 where it is no class but the custom for borders and for what nobody could decide: beside
 * labels as small as numbers of classes. Of three classes 0, 50 and 255 are greys, one each.
 *
 * @param classes how many there are; null where that is not told.
 */
export function leftOutLabel(
  classes: number | null,
  { labels, isColour, largest }: LabelledMask,
): number | null {
  const isInFile = largest === UNDECIDED_LABEL || labels?.includes(UNDECIDED_LABEL) === true;
  if (labels === null || isColour || !isInFile) return null;
  if (classes !== null && classes > UNDECIDED_LABEL) return null;
  const others = labels.filter((label) => label !== UNDECIDED_LABEL);
  if (!others.some((label) => label > 0) || !areNumbers(others, MOST_LABELS)) return null;
  const areGreys = labels.length === classes && !areNumbers(others, classes);
  return areGreys ? null : UNDECIDED_LABEL;
}

function areNumbers(labels: readonly number[], classes: number): boolean {
  return labels.every((label) => Number.isInteger(label) && label < classes);
}

/** How a mask tells classes apart. */
type MaskKind =
  /** Not at all: it has too many values to be labels. */
  | { readonly kind: "shades" }
  /** It marks one thing, whichever class that is, or by colours, which have no order. */
  | { readonly kind: "one thing" }
  /** Its labels are the classes' own numbers. */
  | { readonly kind: "numbers" }
  /** It has as many labels as there are classes, in their order: 0, 85, 170 and 255 of four. */
  | { readonly kind: "one each"; readonly labels: readonly number[] };

function maskKind(classes: number | null, mask: LabelledMask): MaskKind {
  const { labels, isColour, largest } = mask;
  if (labels === null) return { kind: "shades" };
  const leftOut = leftOutLabel(classes, mask);
  const counted = labels.filter((label) => label !== leftOut);
  const inFile = largest === leftOut ? counted : [...counted, largest];
  // Ones and noughts mark one thing, unless 255 tells of several classes.
  if (isColour || (leftOut === null && Math.max(...inFile) <= 1)) return { kind: "one thing" };
  if (areNumbers(inFile, classes ?? MOST_LABELS)) return { kind: "numbers" };
  const hasOneEach = counted.length === classes && counted.length > 2;
  return hasOneEach ? { kind: "one each", labels: counted } : { kind: "one thing" };
}

/**
 * The label that stands for a class, "all" where everything that is marked does; 0 is the
 * background's. Nobody writes the correspondence into a mask's file: this is a proposal, to be
 * shown and changed.
 */
export function labelOfClass(asked: AskedClass | null, mask: LabelledMask): number | "all" {
  if (asked === null) return "all";
  const found = maskKind(asked.classes, mask);
  if (asked.number === 0 && found.kind !== "shades") return 0;
  switch (found.kind) {
    case "shades":
    case "one thing":
      return "all";
    case "numbers":
      return asked.number;
    case "one each":
      return found.labels[asked.number];
  }
}

/** What of a mask is the right answer, and which of its labels is neither right nor wrong. */
export interface RightLabel {
  readonly label: number | "all";
  readonly leftOut: number | null;
}

/** What of a mask counts: as a person said, or as is proposed for the class. */
export function chosenLabel(
  said: MaskLabel,
  asked: AskedClass | null,
  mask: LabelledMask,
): RightLabel {
  const label = said === "proposed" ? labelOfClass(asked, mask) : said;
  const leftOut = leftOutLabel(asked?.classes ?? null, mask);
  return { label, leftOut: label === leftOut ? null : leftOut };
}
