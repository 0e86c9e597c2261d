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
