import { colourOfLabel } from "../../core/images/maskLabels.ts";
import { type ClassArea, type ClassMap, classAreas } from "../../core/maps/classMap.ts";
import { PooledDice } from "../../core/maps/diceCoefficient.ts";
import {
  chosenLabel,
  type LabelledMask,
  labelOfClass,
  leftOutLabel,
} from "../../core/maps/maskLabel.ts";
import type { PlacedMask } from "../../worker/lab/protocol.ts";
import type { MarkedArea } from "./drawOverlay.ts";
import type { LabState } from "./labState.ts";
import { valueText } from "./labWords.ts";

/** What a person should know of a mask that is not of its image's size; null where it is. */
export function sizeNote({ own, image }: Pick<PlacedMask, "own" | "image">): string | null {
  if (own.width === image.width && own.height === image.height) return null;
  const [ofMask, ofImage] = [own, image].map(({ width, height }) => `${width} × ${height}`);
  return `The mask has ${ofMask} pixels and the image ${ofImage}: it is stretched over the image.`;
}

/**
 * The areas of all classes, each with its agreement where a label of the mask stands for it.
 *
 * @param known how many classes there are; null where the output names them one by one.
 */
export function areasOfClasses(
  own: ClassMap,
  known: number | null,
  mask: Pick<PlacedMask, "values" | keyof LabelledMask> | null,
  said: LabState["maskLabels"],
): readonly ClassArea[] {
  if (mask === null) return classAreas(own, null);
  // A class that the mask has and the network does not name here counts as well.
  const classes = known ?? Math.max(own.classes, classesNamedBy(mask));
  const labelOf = Array.from({ length: classes }, (_, number) => {
    const { label } = chosenLabel(said[number] ?? "proposed", { number, classes: known }, mask);
    return label === "all" ? null : label;
  });
  const right = { labels: mask.values, labelOf, leftOut: leftOutLabel(known, mask) };
  return classAreas({ classes, numbers: own.numbers }, right);
}

/** How many classes there are at least, where labels are their numbers; else 0. */
function classesNamedBy(mask: LabelledMask): number {
  const leftOut = leftOutLabel(null, mask);
  const last = Math.max(0, ...(mask.labels ?? []).filter((label) => label !== leftOut));
  return labelOfClass({ number: last, classes: null }, mask) === last ? last + 1 : 0;
}

/** Dice's coefficient of two areas of one size, 0..1. */
export function diceOf(a: MarkedArea, b: MarkedArea): number {
  const dice = new PooledDice();
  dice.add(a.marked, b.marked);
  return dice.value();
}

/** "value 2", "colour #ff0000", "number 2 (#008000)" */
export function labelText(
  label: number,
  { isColour, palette }: Pick<PlacedMask, "isColour" | "palette">,
): string {
  if (isColour) return `colour ${colourOfLabel(label)}`;
  if (palette === null) return `value ${valueText(label)}`;
  const colour = palette[label];
  return `number ${label}${colour === undefined ? "" : ` (${colourOfLabel(colour)})`}`;
}

/** What a person should know of a mask's labels before they believe what stands beside them. */
export function labelNotes(
  { labels, palette }: Pick<PlacedMask, "labels" | "palette">,
  leftOut: number | null,
): readonly string[] {
  const namesSeveral = labels?.some((label) => label > 1) === true;
  const isLeftOut = leftOut !== null && labels?.includes(leftOut) === true;
  return [
    ...(palette !== null && namesSeveral
      ? [
          "The labels of this mask are the numbers that its colours have in its file, not the colours.",
        ]
      : []),
    ...(isLeftOut
      ? [
          `Label ${leftOut} is left out: by custom it is on borders and on what nobody could decide. There nothing counts, for or against.`,
        ]
      : []),
  ];
}
