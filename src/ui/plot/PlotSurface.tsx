import type { JSX, ReactNode } from "react";
import type { Analysis } from "../../core/analysis/analysis.ts";
import type { Box } from "../figures/labelPlacement.ts";
import { countText } from "../figures/text.ts";
import type { FigureTheme } from "../figures/theme.ts";
import { usePage } from "../hooks/usePage.ts";
import { labelSentence } from "../inspector/kernelFacts.ts";
import { kernelPath } from "../inspector/resultPath.ts";
import { KernelTooltip } from "./KernelTooltip.tsx";
import { PlotOverlay } from "./PlotOverlay.tsx";
import type { PixelPoint, PlotSize } from "./plotFrame.ts";
import { onPlotKey, type PlotKeys } from "./plotKeys.ts";

interface Props {
  readonly analysis: Analysis;
  /** Index in `Analysis.layers`. */
  readonly index: number;
  readonly keys: PlotKeys;
  /** What the plot shows, for those who cannot see it. */
  readonly label: string;
  readonly size: PlotSize;
  readonly theme: FigureTheme;
  /** Where a kernel stands, px; null: out of sight. */
  readonly place: (kernel: number) => PixelPoint | null;
  /** What the tooltip should not cover, px. */
  readonly keepFree: readonly Box[];
  /** What the plot does not show; empty where it shows all. */
  readonly note: string;
  readonly children: ReactNode;
}

/** What plots of a layer have in common: keys, rings, the tooltip, and what is said aloud. */
export function PlotSurface(props: Props): JSX.Element {
  const { analysis, index, keys, label, size, theme, place, keepFree, note, children } = props;
  const { kernel, pointing } = keys;
  const { pointed, facts } = pointing;
  const layer = analysis.layers[index];
  const point = pointed === null ? null : place(pointed);
  // What is selected stands in the inspector: the picture need not be covered twice.
  const hasTooltip = facts !== null && point !== null && pointed !== null && pointed !== kernel;
  return (
    <div
      className="layer-plot"
      role="application"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys walk its points
      tabIndex={0}
      onKeyDown={(event) => onPlotKey(event, keys)}
      onPointerLeave={() => pointing.hover(null)}
      aria-label={label}
    >
      {children}
      <PlotOverlay
        size={size}
        selected={kernel === null ? null : place(kernel)}
        pointed={point}
        theme={theme}
      />
      {hasTooltip && (
        <KernelTooltip
          analysis={analysis}
          result={kernelPath(analysis, layer, pointed)}
          layer={layer}
          facts={facts}
          point={point}
          size={size}
          keepFree={keepFree}
        />
      )}
      {/* A space where all is shown, so that nothing moves. */}
      {/* How much of the layer is drawn depends on the frame: data-scale, no result. */}
      <p className="small muted plot-note" data-scale="">
        {note || "\u00a0"}
      </p>
      <p className="visually-hidden" aria-live="polite">
        <Spoken analysis={analysis} keys={keys} />
      </p>
    </div>
  );
}

/** What the arrow keys point at, and whether it is picked. */
function Spoken({ analysis, keys }: Pick<Props, "analysis" | "keys">): JSX.Element | null {
  const group = usePage((state) => state.selection.group);
  const { layer, pointing } = keys;
  const { cursor, hovered, facts } = pointing;
  if (facts === null || cursor === null || hovered !== null) return null;
  const isPicking = group?.kind === "kernels" && group.layer === layer.description.name;
  const isPicked = isPicking && group.kernels.includes(cursor);
  const { channels } = facts;
  return (
    <>
      <span data-result={kernelPath(analysis, layer, cursor)}>
        {`Kernel from input ${channels.in} to output ${channels.out}. ${labelSentence(facts, analysis)}`}
      </span>
      {isPicked && (
        <span data-result="selection">
          {` Picked, ${countText(group.kernels.length, "kernel")} in all.`}
        </span>
      )}
    </>
  );
}
