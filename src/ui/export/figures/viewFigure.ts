import type { Analysis } from "../../../core/analysis/analysis.ts";
import type { Picture } from "../../figures/svg.ts";
import type { FigureTheme } from "../../figures/theme.ts";
import type { Choices } from "../../state/choices.ts";
import type { ComparedModels } from "../../state/comparisonState.ts";

/** What is wanted of a view's picture. */
export interface FigureRequest extends Exportable {
  readonly compared: ComparedModels | null;
  /** What was chosen on the page: layer, group, colours, axes. */
  readonly choices: Choices;
  readonly theme: FigureTheme;
  /** Width of the layout, px; figures that need more may be wider. */
  readonly width: number;
  /** Height that the paper leaves to picture and caption, px; infinite where it is free. */
  readonly height: number;
}

/** The picture of a view, and what its caption says. */
export interface ViewFigure {
  readonly picture: Picture;
  /** For the file's name. */
  readonly what: string;
  readonly title: string;
  /** Sentences of the view's own. */
  readonly lines: readonly string[];
  /** Index of the layer shown, where it is one. */
  readonly layer?: number;
  /** True where shares of labels are shown: names the noise baseline. */
  readonly showsShares?: boolean;
}

/** What decides whether a view has a picture. */
export interface Exportable {
  readonly analysis: Analysis;
  /** The model that this one is compared with; null without a comparison. */
  readonly compared: object | null;
}

/** How a view is exported as a picture. */
export interface ExportedView {
  /** Why there is no picture, in one plain sentence; null where there is one. */
  refusal(of: Exportable): string | null;
  /** Draws it; only where it is not refused. */
  draw(request: FigureRequest): Promise<ViewFigure>;
}

export function neverRefused(): null {
  return null;
}
