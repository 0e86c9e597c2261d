import { GAUSSIAN_BASELINE_KERNELS } from "../../core/action/noiseKernels.ts";
import type { Analysis } from "../../core/analysis/analysis.ts";
import { isSameGroup, type KernelGroup } from "../../core/selection/kernelGroup.ts";
import type { Block, BlockSpace } from "./figure.ts";
import { labelButton } from "./labelButton.ts";
import { markLegend } from "./legend.ts";
import { LIFT_RULE } from "./lift.ts";
import { CHANCE_HEIGHT, chanceBar, shareBar } from "./shareBar.ts";
import type { SvgNode } from "./svg.ts";
import { groupedNumber, percentText, textNode, wrappedText } from "./text.ts";
import { type FigureTheme, labelStyles } from "./theme.ts";

/** Which noise the hatched bars show. */
export type Baseline = "gaussian" | "shuffled";

const FONT_SIZE = 12;
const LINE = 16;
const SAMPLE_WIDTH = 44;
const TEXT_AT = SAMPLE_WIDTH + 12;
/** Longer lines are hard to read. */
const LONGEST_LINE = 820;

/** The words for a baseline wherever shares are shown. */
export const BASELINE_WORDS: Readonly<Record<Baseline, string>> = {
  gaussian: `${groupedNumber(GAUSSIAN_BASELINE_KERNELS)} random kernels (Gaussian noise) on a map of the same size`,
  shuffled: "the layer's own kernels with their weights shuffled",
};

/** Marks with names, and what the two bars of a row and the numbers are. */
export function assignmentKey(
  analysis: Analysis,
  space: BlockSpace,
  baseline: Baseline,
  theme: FigureTheme,
  group: KernelGroup | null,
): Block {
  const styles = labelStyles(analysis.features);
  const legend = markLegend(styles, space, theme);
  const entries = styles.map(({ id, label }, at) =>
    labelButton({
      ...legend.boxes[at],
      label: id,
      sentence: `Select the kernels of every layer that are named ${label}`,
      isPressed: isSameGroup(group, { kind: "label", layer: null, label: id }),
      isTabStop: true,
    }),
  );
  const nodes: SvgNode[] = [...legend.nodes, ...entries];
  let y = space.y + legend.height + 6;
  const even = analysis.features.map(() => 1);
  const reading =
    analysis.settings.compare === "sorted"
      ? "nearest singular values: how strongly patterns of stripes are amplified, as a sorted list"
      : "nearest response: how strongly each pattern of stripes is amplified";
  const explain = (text: string, sample: readonly SvgNode[]): void => {
    nodes.push(...sample);
    const room = Math.min(LONGEST_LINE, space.width - TEXT_AT);
    for (const line of wrappedText(text, room, FONT_SIZE)) {
      nodes.push(textNode(line, space.x + TEXT_AT, y + 12, FONT_SIZE, theme.ink));
      y += LINE;
    }
    y += 5;
  };
  const chance = { x: space.x, y: y + 4, width: SAMPLE_WIDTH, height: CHANCE_HEIGHT };
  explain(
    `Thin hatched bar: chance, the shares of ${BASELINE_WORDS[baseline]}.`,
    chanceBar(even, chance, styles, theme),
  );
  const bar = { x: space.x, y: y + 1, width: SAMPLE_WIDTH, height: 14 };
  const threshold = percentText(analysis.settings.threshold);
  explain(
    `Full bar: the layer's kernels, each under the filter that acts most like it (${reading}); indeterminate: like none of them within ${threshold}.`,
    shareBar(even, bar, styles, theme),
  );
  explain(LIFT_RULE, []);
  return { nodes, height: y - space.y };
}
