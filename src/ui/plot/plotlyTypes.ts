/** A trace, layout or config as Plotly takes it: plain JSON (and typed arrays). */
export type PlotlyJson = Readonly<Record<string, unknown>>;

export interface PlotlyFigure {
  readonly data: readonly PlotlyJson[];
  readonly layout: PlotlyJson;
}

/** What Plotly says about a point under the pointer. */
export interface PlotlyPoint {
  readonly customdata?: unknown;
}

/** A drawn outline or box in the units of the axes. */
export interface PlotlySelection {
  readonly lassoPoints?: { readonly x: readonly number[]; readonly y: readonly number[] };
  readonly range?: { readonly x: readonly number[]; readonly y: readonly number[] };
}

export interface PlotlyEvents {
  plotly_hover: { readonly points: readonly PlotlyPoint[] };
  plotly_unhover: unknown;
  plotly_click: { readonly points: readonly PlotlyPoint[]; readonly event?: MouseEvent };
  /** Nothing at a click in a mode that selects. */
  plotly_selected: PlotlySelection | undefined;
  plotly_relayout: Readonly<Record<string, unknown>>;
  plotly_doubleclick: unknown;
}

/** The element that Plotly has drawn into. */
export interface PlotlyElement extends HTMLElement {
  on<K extends keyof PlotlyEvents>(event: K, listener: (data: PlotlyEvents[K]) => void): void;
}

export interface PlotlyModule {
  react(
    element: HTMLElement,
    data: readonly PlotlyJson[],
    layout: PlotlyJson,
    config: PlotlyJson,
  ): Promise<PlotlyElement>;
  purge(element: HTMLElement): void;
  /** A data URL. */
  toImage(
    figure: { data: readonly PlotlyJson[]; layout: PlotlyJson; config?: PlotlyJson },
    options: { format: "png" | "svg"; width: number; height: number; scale?: number },
  ): Promise<string>;
}

/** A trace as Plotly has read it. */
export interface PlotlyTrace {
  readonly uid: string;
  readonly marker: {
    readonly color: string;
    /** Diameter, px. */
    readonly size: number;
    readonly symbol: string;
    readonly opacity: number;
  };
}

/** Where a point stands on the axes; `mrc`: its radius in px, once it is drawn. */
export interface PlotlyTracePoint {
  readonly x: number;
  readonly y: number;
  mrc?: number;
}

/** The points of a trace, of which the first carries what holds for all. */
export type PlotlyTracePoints = readonly [
  PlotlyTracePoint & { readonly trace: PlotlyTrace },
  ...PlotlyTracePoint[],
];

/** Axes that tell how far from the plot's upper left corner a value stands, px. */
export interface PlotlyAxes {
  readonly xaxis: { c2p(value: number): number };
  readonly yaxis: { c2p(value: number): number };
}

/** A selection of D3's with one element: where the points of a plot belong. */
export interface PlotlyLayer {
  node(): Element;
}

/** The element of a plot with what Plotly keeps on it. */
export interface PlotlyDrawn extends HTMLElement {
  readonly calcdata: readonly PlotlyTracePoints[];
}
