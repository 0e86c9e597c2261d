import type { JSX } from "react";
import {
  type AnalysedLayer,
  type Analysis,
  SCORES_PER_KERNEL,
} from "../../core/analysis/analysis.ts";
import type { Box } from "../figures/labelPlacement.ts";
import type { ScoreLimits } from "../figures/scoreLimits.ts";
import { KernelGlyph } from "../inspector/KernelGlyph.tsx";
import { type KernelFacts, labelSentence } from "../inspector/kernelFacts.ts";
import { type PlotSize, pixelOf } from "./plotFrame.ts";
import { tooltipPlace } from "./tooltipPlace.ts";

/** Of the tooltip, px; the height holds three lines of words. */
const TOOLTIP: PlotSize = { width: 204, height: 290 };

interface Props {
  readonly analysis: Analysis;
  readonly layer: AnalysedLayer;
  readonly kernel: number;
  readonly facts: KernelFacts;
  readonly limits: ScoreLimits;
  readonly size: PlotSize;
  /** What it should not cover, px. */
  readonly keepFree: readonly Box[];
}

/** The pointed-at kernel as a picture with its numbers. */
export function KernelTooltip(props: Props): JSX.Element {
  const { analysis, layer, kernel, facts, limits, size, keepFree } = props;
  const { scores } = layer.values;
  const first = scores[kernel * SCORES_PER_KERNEL];
  const second = scores[kernel * SCORES_PER_KERNEL + 1];
  const point = pixelOf(first, second, limits, size);
  const { x, y } = tooltipPlace(point, TOOLTIP, size, keepFree);
  return (
    <div className="kernel-tooltip" style={{ left: x, top: y, width: TOOLTIP.width }}>
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
