import { type JSX, useEffect, useRef, useState } from "react";
import { useDrawnBeforePrint } from "../hooks/usePrinting.ts";
import { loadPlotly } from "./loadPlotly.ts";
import { PLOTLY_CONFIG } from "./plotlyConfig.ts";
import type {
  PlotlyElement,
  PlotlyEvents,
  PlotlyFigure,
  PlotlyJson,
  PlotlyModule,
} from "./plotlyTypes.ts";

export type PlotListeners = {
  readonly [K in keyof PlotlyEvents]?: (data: PlotlyEvents[K]) => void;
};

/** A button of our own; only what it does may change. */
export interface PlotButton {
  readonly name: string;
  readonly title: string;
  readonly icon: PlotlyJson;
  readonly click: () => void;
}

interface Props {
  /** Keep the same object while nothing changes: a new one is drawn anew. */
  readonly figure: PlotlyFigure;
  readonly width: number;
  readonly height: number;
  readonly listeners: PlotListeners;
  /** Buttons of Plotly's own bar, beside zoom and pan. */
  readonly buttons: readonly PlotButton[];
}

/** Up to here points add little to what axes and names take: all are drawn in one turn. */
const POINTS_WITH_THE_FRAME = 500;

function pointCount({ data }: PlotlyFigure): number {
  return data.reduce(
    (sum, { customdata }) => sum + (Array.isArray(customdata) ? customdata.length : 0),
    0,
  );
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** Made once per plot: at any change of it Plotly forgets what was drawn, and what a drag does. */
function configOf(current: () => readonly PlotButton[]): PlotlyJson {
  const own = current().map((button, at) => ({ ...button, click: () => current()[at].click() }));
  const known = ["select2d", "lasso2d", "zoom2d", "pan2d", "zoomIn2d", "zoomOut2d"];
  return { ...PLOTLY_CONFIG, modeBarButtons: [[...known, ...own]] };
}

function connect(element: PlotlyElement, current: () => PlotListeners): void {
  element.on("plotly_hover", (data) => current().plotly_hover?.(data));
  element.on("plotly_unhover", (data) => current().plotly_unhover?.(data));
  element.on("plotly_click", (data) => current().plotly_click?.(data));
  element.on("plotly_selected", (data) => current().plotly_selected?.(data));
  element.on("plotly_relayout", (data) => current().plotly_relayout?.(data));
  element.on("plotly_doubleclick", (data) => current().plotly_doubleclick?.(data));
}

/** A Plotly figure of a given size; loads Plotly when it is first shown. */
export function PlotlyPlot({ figure, width, height, listeners, buttons }: Props): JSX.Element {
  const container = useRef<HTMLDivElement>(null);
  const latest = useRef(listeners);
  const latestButtons = useRef(buttons);
  const ownConfig = useRef<PlotlyJson | null>(null);
  const [plotly, setPlotly] = useState<PlotlyModule | null>(null);
  const [failure, setFailure] = useState<unknown>(null);

  useEffect(() => {
    latest.current = listeners;
    latestButtons.current = buttons;
  });

  useEffect(() => {
    let isWanted = true;
    loadPlotly().then(
      (module) => isWanted && setPlotly(() => module),
      (reason: unknown) => isWanted && setFailure(reason ?? "Plotly did not load"),
    );
    return () => {
      isWanted = false;
    };
  }, []);

  // A drawing that was begun is finished before the next begins, else Plotly mixes both.
  const queue = useRef<Promise<unknown>>(Promise.resolve());
  useEffect(() => {
    const element = container.current;
    if (plotly === null || element === null) return;
    let isWanted = true;
    queue.current = queue.current.then(async () => {
      // The page paints and answers before Plotly takes its long turn.
      await nextTurn();
      if (!isWanted) return;
      const isNew = !element.classList.contains("js-plotly-plot");
      const layout = { ...figure.layout, width, height };
      ownConfig.current ??= configOf(() => latestButtons.current);
      const config = ownConfig.current;
      if (isNew && pointCount(figure) > POINTS_WITH_THE_FRAME) {
        // Three turns instead of a long one: axes, then the names in them, then points. The first
        // drawing of a visit is slow, as the browser reads Plotly's code with it.
        for (const part of [{ ...layout, shapes: [], annotations: [] }, layout]) {
          await plotly.react(element, [], part, config);
          await nextTurn();
        }
      }
      const drawn = await plotly.react(element, figure.data, layout, config);
      if (isNew) connect(drawn, () => latest.current);
    }, setFailure);
    return () => {
      isWanted = false;
    };
  }, [plotly, figure, width, height]);

  useDrawnBeforePrint(() => {
    const element = container.current;
    if (plotly === null || element === null || ownConfig.current === null) return;
    const layout = { ...figure.layout, width, height };
    void plotly.react(element, figure.data, layout, ownConfig.current).catch(setFailure);
  });

  useEffect(() => {
    const element = container.current;
    return () => {
      // Plotly keeps listeners on the window until then.
      if (plotly !== null && element !== null) plotly.purge(element);
    };
  }, [plotly]);

  if (failure !== null) throw failure;
  return (
    <div style={{ width, height }}>
      {plotly === null && <p className="muted plot-loading">Loading the plot</p>}
      <div ref={container} />
    </div>
  );
}
