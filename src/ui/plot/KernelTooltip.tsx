import type { JSX } from "react";
import {
  type AnalysedLayer,
  type Analysis,
  SCORES_PER_KERNEL,
} from "../../core/analysis/analysis.ts";
import type { ScoreLimits } from "../figures/scoreLimits.ts";
import { KernelGlyph } from "../inspector/KernelGlyph.tsx";
import { type KernelFacts, labelSentence } from "../inspector/kernelFacts.ts";
import { type PlotSize, pixelOf } from "./plotFrame.ts";

const TOOLTIP_WIDTH = 232;
const GAP = 14;

interface Props {
  readonly analysis: Analysis;
  readonly layer: AnalysedLayer;
  readonly kernel: number;
  readonly facts: KernelFacts;
  readonly limits: ScoreLimits;
  readonly size: PlotSize;
}

/** The pointed-at kernel as a picture with its numbers; stands on the side with room. */
export function KernelTooltip({
  analysis,
  layer,
  kernel,
  facts,
  limits,
  size,
}: Props): JSX.Element {
  const { scores } = layer.values;
  const { x, y } = pixelOf(
    scores[kernel * SCORES_PER_KERNEL],
    scores[kernel * SCORES_PER_KERNEL + 1],
    limits,
    size,
  );
  const isLeft = x > size.width / 2;
  const wanted = isLeft ? x - GAP - TOOLTIP_WIDTH : x + GAP;
  const left = Math.max(0, Math.min(size.width - TOOLTIP_WIDTH, wanted));
  const vertical = y > size.height / 2 ? { bottom: size.height - y + GAP } : { top: y + GAP };
  return (
    <div className="kernel-tooltip" style={{ left, width: TOOLTIP_WIDTH, ...vertical }}>
      <p>
        <strong>
          In {facts.channels.in}, out {facts.channels.out}
        </strong>
      </p>
      <KernelGlyph layer={layer} weights={facts.weights} size={180} numbers={true} />
      <p className="small">{labelSentence(facts, analysis)}</p>
    </div>
  );
}
