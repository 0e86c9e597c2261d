import { type JSX, type KeyboardEvent, type MouseEvent, useMemo, useState } from "react";
import "./kernels.css";
import type { AnalysedLayer, Analysis } from "../../core/analysis/analysis.ts";
import {
  fittingUnit,
  type GridLayout,
  type GridTarget,
  gridLayout,
  gridShape,
  gridTarget,
} from "../figures/kernelGrid.ts";
import { useGroupMembers } from "../hooks/useGroup.ts";
import { useWindowHeight } from "../hooks/useWindowHeight.ts";
import { channelPair } from "../inspector/kernelFacts.ts";
import { togglePicked } from "../plot/plotKeys.ts";
import { clearSelection, selectGroup, selectKernel } from "../state/actions.ts";
import { isSame } from "../state/session.ts";
import { GridCanvas } from "./GridCanvas.tsx";
import { GridFoot } from "./GridFoot.tsx";
import { GridHead } from "./GridHead.tsx";
import { kernelOfKey } from "./gridKeys.ts";
import { useGridView } from "./useGridView.ts";

interface Props {
  readonly analysis: Analysis;
  /** Index in `Analysis.layers`. */
  readonly index: number;
  readonly kernel: number | null;
  /** Inner width of the column, px. */
  readonly width: number;
}

/** Sides of one weight, px, to choose from. */
const UNITS: readonly number[] = [2, 3, 4, 6, 8, 11, 15];

/** Sides of a weight that are chosen by themselves: smaller ones show no pattern. */
const FITTING_UNITS: readonly number[] = [3, 4, 6, 8, 11];

/** The grid takes at most this share of the window's height. */
const SHARE_OF_WINDOW = 0.6;

/** Below this height, px, too little of a large layer is in sight. */
const LEAST_HEIGHT = 260;

function selectColumn(layer: AnalysedLayer, column: number): void {
  const { name, groups } = layer.description;
  // In a layer of several groups a column is another channel in each of them.
  if (groups === 1) selectGroup({ kind: "channel", layer: name, side: "in", channel: column });
}

/** All kernels of a layer as small pictures: inputs across, outputs down. */
export function KernelGrid({ analysis, index, kernel, width }: Props): JSX.Element {
  const layer = analysis.layers[index];
  const { name } = layer.description;
  const shape = useMemo(() => gridShape(layer), [layer]);
  const windowHeight = useWindowHeight();
  const most = Math.max(LEAST_HEIGHT, Math.round(windowHeight * SHARE_OF_WINDOW));
  const fitting = fittingUnit(shape, FITTING_UNITS, { width, height: most });
  const [chosenUnit, setUnit] = useState<number | null>(null);
  const unit = chosenUnit ?? fitting;
  const layout = useMemo(() => gridLayout(shape, unit, width), [shape, unit, width]);
  const [cursor, setCursor] = useState<number | null>(null);
  const [pointed, setPointed] = useState<GridTarget | null>(null);
  const view = useGridView();
  const members = useGroupMembers(analysis, index);
  const height = Math.min(most, layout.height);
  const pair = cursor ?? kernel;

  const choose = (target: GridTarget | null, adds: boolean) => {
    switch (target?.kind) {
      case "kernel":
        setCursor(null);
        if (adds) togglePicked(name, target.kernel);
        else selectKernel(name, target.kernel);
        return;
      case "row":
        selectGroup({ kind: "channel", layer: name, side: "out", channel: target.row });
        return;
      case "column":
        selectColumn(layer, target.column);
        return;
      case undefined:
        return;
    }
  };

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const to = kernelOfKey(layout, pair, event.key);
    if (to !== null) {
      setCursor(to);
      setPointed(null);
      view.show(layout, to);
    } else if (cursor !== null && (event.key === "Enter" || event.key === " ")) {
      choose({ kind: "kernel", kernel: cursor }, event.key === " " || event.shiftKey);
      // Space goes on from where it was.
      if (event.key === " ") setCursor(cursor);
    } else if (pair !== null && event.key === "o") {
      choose({ kind: "row", row: Math.floor(pair / layout.columns) }, false);
    } else if (pair !== null && event.key === "i") {
      const channel = channelPair(layer, pair).in;
      selectGroup({ kind: "channel", layer: name, side: "in", channel });
    } else if (event.key === "Escape") {
      event.stopPropagation();
      if (cursor === null) clearSelection();
      setCursor(null);
      setPointed(null);
      return;
    } else return;
    event.preventDefault();
  };

  const targetOf = (event: MouseEvent<HTMLElement>) => {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    return gridTarget(layout, event.clientX - left, event.clientY - top, view.scroll);
  };

  return (
    <section className="layer-part" aria-labelledby="grid-title">
      <GridHead
        layer={layer}
        index={index}
        units={UNITS}
        unit={unit}
        onUnit={(to) => setUnit(to)}
        isWhole={layout.width <= width && layout.height <= height}
      />
      <div
        className="layer-grid"
        role="application"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys walk its kernels
        tabIndex={0}
        aria-label={`All kernels of ${name} as pictures. Arrow keys move from kernel to kernel, Enter selects, Space adds to the selected ones, i and o select all kernels of the input or output channel, Escape lets go.`}
        ref={view.ref}
        style={{ height: height + barRoom(layout, width) }}
        onScroll={view.onScroll}
        onKeyDown={onKeyDown}
      >
        <div
          style={{ width: Math.max(layout.width, 1), height: layout.height }}
          className="layer-grid-room"
        >
          <GridCanvas
            analysis={analysis}
            index={index}
            layout={layout}
            members={members}
            selected={kernel}
            cursor={cursor}
            pointed={pointed}
            scroll={view.scroll}
            width={Math.min(width, layout.width)}
            height={height}
            onPoint={(event) => {
              const target = targetOf(event);
              setPointed((before) => (isSame(before, target) ? before : target));
            }}
            onLeave={() => setPointed(null)}
            onChoose={(event) =>
              choose(targetOf(event), event.shiftKey || event.ctrlKey || event.metaKey)
            }
          />
        </div>
      </div>
      <GridFoot
        analysis={analysis}
        index={index}
        pointed={pointed}
        cursor={cursor}
        kernel={kernel}
        isTold={cursor !== null && pointed === null}
      />
    </section>
  );
}

/** Room for the bar below a grid that is wider than the page, px. */
function barRoom(layout: GridLayout, width: number): number {
  return layout.width > width ? 16 : 0;
}
