import { type JSX, type KeyboardEvent, useCallback, useMemo, useState } from "react";
import type { Analysis } from "../../core/analysis/analysis.ts";
import type { ColourBy } from "../figures/kernelGrouping.ts";
import { countText } from "../figures/text.ts";
import { figureTheme } from "../figures/theme.ts";
import { useEscape } from "../hooks/useEscape.ts";
import { useTheme } from "../hooks/useTheme.ts";
import { kernelFacts, labelSentence } from "../inspector/kernelFacts.ts";
import { clearSelection, selectKernel } from "../state/actions.ts";
import { directionOfKey, kernelNearestTo, nextKernel } from "./cursor.ts";
import { type DrawnKernels, sampleText } from "./drawnKernels.ts";
import { KernelTooltip } from "./KernelTooltip.tsx";
import { layerFigure, namedBoxes } from "./layerFigure.ts";
import { allLimits, kernelsBeyond } from "./layerLimits.ts";
import { PlotlyPlot } from "./PlotlyPlot.tsx";
import { PlotOverlay } from "./PlotOverlay.tsx";
import { limitsFromRelayout } from "./plotFrame.ts";
import { FIT_ICON, RESET_ICON } from "./plotIcons.ts";
import type { PlotlyPoint } from "./plotlyTypes.ts";
import { usePlotFrame } from "./usePlotFrame.ts";

interface Props {
  readonly analysis: Analysis;
  /** Index in `Analysis.layers`. */
  readonly index: number;
  readonly kernel: number | null;
  readonly colourBy: ColourBy;
  /** Inner width of the column, px. */
  readonly columnWidth: number;
}

function kernelOfPoint(points: readonly PlotlyPoint[]): number | null {
  const kernel = points[0]?.customdata;
  return typeof kernel === "number" ? kernel : null;
}

/** What the plot does not show; a space where it shows all, so that nothing moves. */
function noteText(drawn: DrawnKernels, beyond: number): string {
  const notes: string[] = [];
  const sample = sampleText(drawn);
  if (sample !== null) notes.push(`${sample}; zoom in to see more of them.`);
  if (beyond > 0) {
    notes.push(
      `${countText(beyond, "kernel")} beyond this frame; the button "Show every kernel" brings all in.`,
    );
  }
  return notes.join(" ") || "\u00a0";
}

/** PC1 against PC2 of one layer, with pointer and keyboard. */
export function LayerPlot({ analysis, index, kernel, colourBy, columnWidth }: Props): JSX.Element {
  const theme = figureTheme(useTheme());
  const layer = analysis.layers[index];
  const { scores } = layer.values;
  const { name } = layer.description;
  const [hovered, setHovered] = useState<number | null>(null);
  const [cursor, setCursor] = useState<number | null>(null);

  const { size, limits, setZoomed } = usePlotFrame(analysis, index, columnWidth);
  const figure = useMemo(() => {
    const canDrag = !matchMedia("(pointer: coarse)").matches;
    return layerFigure(analysis, index, {
      colourBy,
      theme,
      size,
      limits,
      legend: 0,
      canDrag,
    });
  }, [analysis, index, colourBy, theme, size, limits]);

  const buttons = useMemo(
    () => [
      {
        name: "every-kernel",
        title: "Show every kernel",
        icon: FIT_ICON,
        click: () => setZoomed(allLimits(analysis, index)),
      },
      {
        name: "model-axes",
        title: "Back to the model's common axes",
        icon: RESET_ICON,
        click: () => setZoomed(null),
      },
    ],
    [analysis, index, setZoomed],
  );

  const moveTo = useCallback((to: number | null) => {
    if (to === null) return;
    setCursor(to);
    setHovered(null);
  }, []);

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const direction = directionOfKey(event.key);
    if (direction !== null) {
      event.preventDefault();
      const from = cursor ?? kernel;
      moveTo(
        from === null
          ? kernelNearestTo(
              scores,
              (limits.left + limits.right) / 2,
              (limits.bottom + limits.top) / 2,
            )
          : nextKernel(scores, from, direction),
      );
    } else if (event.key === "Enter" && cursor !== null) {
      event.preventDefault();
      selectKernel(name, cursor);
    } else if (event.key === "Escape") {
      event.stopPropagation();
      if (hovered === null && cursor === null) clearSelection();
      setHovered(null);
      setCursor(null);
    }
  };

  const beyond = useMemo(() => kernelsBeyond(scores, limits), [scores, limits]);
  const pointed = hovered ?? cursor;
  // What is selected stands in the inspector: the picture need not be covered twice.
  const hasTooltip = pointed !== null && pointed !== kernel;
  useEscape(hovered !== null, () => setHovered(null));
  const keepFree = useMemo(
    () => namedBoxes(analysis, index, { size, limits }),
    [analysis, index, size, limits],
  );
  const facts = useMemo(
    () => (pointed === null ? null : kernelFacts(layer, analysis.features.length, pointed)),
    [pointed, layer, analysis.features.length],
  );
  return (
    <div
      className="layer-plot"
      role="application"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys walk its points
      tabIndex={0}
      onKeyDown={onKeyDown}
      aria-label={`Kernels of ${name}: PC1 against PC2. Arrow keys move from kernel to kernel, Enter selects, Escape lets go.`}
    >
      <PlotlyPlot
        figure={figure}
        width={size.width}
        height={size.height}
        buttons={buttons}
        listeners={{
          plotly_hover: ({ points }) => setHovered(kernelOfPoint(points)),
          plotly_unhover: () => setHovered(null),
          plotly_click: ({ points }) => {
            const clicked = kernelOfPoint(points);
            if (clicked !== null) selectKernel(name, clicked);
          },
          plotly_relayout: (event) =>
            setZoomed((before) => limitsFromRelayout(event, limits) ?? before),
          plotly_doubleclick: () => setZoomed(null),
        }}
      />
      <PlotOverlay
        scores={scores}
        limits={limits}
        size={size}
        selected={kernel}
        pointed={pointed}
        theme={theme}
      />
      {facts !== null && hasTooltip && (
        <KernelTooltip
          analysis={analysis}
          layer={layer}
          kernel={pointed}
          facts={facts}
          limits={limits}
          size={size}
          keepFree={keepFree}
        />
      )}
      <p className="small muted plot-note">{noteText(figure.drawn, beyond)}</p>
      <p className="visually-hidden" aria-live="polite">
        {facts !== null && cursor !== null && hovered === null
          ? `Kernel from input ${facts.channels.in} to output ${facts.channels.out}. ${labelSentence(facts, analysis)}`
          : ""}
      </p>
    </div>
  );
}
