import type { JSX } from "react";
import type { AnalysedLayer, Analysis } from "../../core/analysis/analysis.ts";
import type { Box } from "../figures/labelPlacement.ts";
import { KernelGlyph } from "../inspector/KernelGlyph.tsx";
import { type KernelFacts, labelSentence } from "../inspector/kernelFacts.ts";
import type { PixelPoint, PlotSize } from "./plotFrame.ts";
import { tooltipPlace } from "./tooltipPlace.ts";

/** Of the tooltip, px; the height holds three lines of words. */
const TOOLTIP: PlotSize = { width: 204, height: 290 };

interface Props {
  readonly analysis: Analysis;
  readonly layer: AnalysedLayer;
  readonly facts: KernelFacts;
  /** Where its numbers stand in the exported results. */
  readonly result: string;
  /** Where the kernel stands, px. */
  readonly point: PixelPoint;
  readonly size: PlotSize;
  /** What it should not cover, px. */
  readonly keepFree: readonly Box[];
}

/** The pointed-at kernel as a picture with its numbers. */
export function KernelTooltip(props: Props): JSX.Element {
  const { analysis, layer, facts, result, point, size, keepFree } = props;
  const { x, y } = tooltipPlace(point, TOOLTIP, size, keepFree);
  return (
    <div
      className="kernel-tooltip"
      style={{ left: x, top: y, width: TOOLTIP.width }}
      data-result={result}
    >
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
