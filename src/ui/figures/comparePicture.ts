import type { Comparison } from "../../core/comparison/comparison.ts";
import { nestedPicture, shortHash } from "./caption.ts";
import { type ComparePairOptions, comparePairSteps, type PairOfModels } from "./comparePair.ts";
import { compareWidth } from "./compareRows.ts";
import { compareSharesSteps } from "./compareShares.ts";
import { compareShiftSteps } from "./compareShift.ts";
import {
  againstNoise,
  countsSentence,
  headline,
  matchingSentences,
  NOISE_WORDS,
  pairName,
  SHIFT_WORDS,
} from "./compareWords.ts";
import { type Picture, type SvgNode, svg, svgRoot } from "./svg.ts";
import { FONT_FAMILY, fittingText, textNode } from "./text.ts";

export interface ComparisonPictureOptions extends ComparePairOptions {
  /** Index in `Comparison.pairs` of the pair whose kernels are drawn; null for none. */
  readonly pair: number | null;
}

const MARGIN = 12;
const HEADING = 30;
const GAP = 10;

/**
 * All figures of a comparison below one another: kernels, labels, and one pair's kernels. In steps,
 * so that the page can answer in between.
 */
export function* comparisonPictureSteps(
  models: PairOfModels,
  options: ComparisonPictureOptions,
): Generator<void, Picture> {
  const { comparison } = models;
  const { theme, pair } = options;
  const width = compareWidth(options);
  const shift = yield* compareShiftSteps(comparison, options);
  const shares = yield* compareSharesSteps(comparison, options);
  const parts: (readonly [heading: string, picture: Picture])[] = [
    ["How far the kernels of each layer moved", shift],
    ["What the kernels of each layer act like", shares],
  ];
  if (pair !== null && pair < comparison.pairs.length) {
    const heading = `Kernels of ${pairName(comparison.pairs[pair])} on common axes`;
    parts.push([heading, yield* comparePairSteps(models, pair, options)]);
  }
  const nodes: SvgNode[] = [];
  let y = 4;
  for (const [heading, picture] of parts) {
    const text = fittingText([heading], width - 2 * MARGIN, 14, true);
    nodes.push(textNode(text, MARGIN, y + 19, 14, theme.ink, { "font-weight": 650 }));
    nodes.push(nestedPicture(picture, 0, y + HEADING));
    y += HEADING + picture.height + GAP;
  }
  const node = svgRoot(
    width,
    y,
    { role: "group", "aria-label": comparisonTitle(comparison), "font-family": FONT_FAMILY },
    svg("rect", { x: 0, y: 0, width, height: y, fill: theme.paper }),
    ...nodes,
  );
  return { node, width, height: y };
}

export function comparisonTitle({ a, b }: Comparison): string {
  return `${a.name} (A) compared with ${b.name} (B)`;
}

/** What a picture of the comparison must say to be understood later. */
export function comparisonLines(comparison: Comparison): readonly string[] {
  const { b, whole } = comparison;
  const counts = countsSentence(comparison);
  return [
    headline(comparison),
    ...(counts === null ? [] : [counts]),
    ...(whole === null
      ? []
      : [
          `All layers together: shift ${againstNoise(whole.shift)}, Jensen-Shannon divergence of labels ${againstNoise(whole.labels)}.`,
        ]),
    ...matchingSentences(comparison),
    SHIFT_WORDS,
    NOISE_WORDS,
    `B: ${b.name} (SHA-256 ${shortHash(b.sha256)}), analysed under the same settings.`,
  ];
}
