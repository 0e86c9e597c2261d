import type { Analysis } from "../../core/analysis/analysis.ts";
import { withCaption } from "../figures/caption.ts";
import { LIGHT_THEME } from "../figures/theme.ts";
import type { Choices } from "../state/choices.ts";
import { comparedModels } from "./comparedModels.ts";
import { VIEW_FIGURES } from "./figures/viewFigures.ts";
import {
  layoutHeight,
  layoutWidth,
  type PrintedPicture,
  type PrintSize,
  printed,
} from "./printSize.ts";

export interface NamedPicture {
  readonly printed: PrintedPicture;
  /** For the file's name. */
  readonly what: string;
}

/** Paper is white, and what is printed or sent on is read on it. */
const THEME = LIGHT_THEME;

/**
 * Widths of the layout tried where the height is given too, relative to the one for readable
 * text: figures of many rows get larger letters on narrower layouts.
 */
const RELATIVE_WIDTHS: readonly number[] = [1, 0.85, 0.7, 0.55];

/** Text of a picture that fits its paper, in points; rounding may take a little. */
const READABLE_POINTS = 5.9;

/** The figure of the chosen view at a size on paper, with all that explains it. */
export async function viewPicture(
  analysis: Analysis,
  choices: Choices,
  size: PrintSize,
): Promise<NamedPicture> {
  const tried = size.heightMm === null ? [1] : RELATIVE_WIDTHS;
  let best: NamedPicture | null = null;
  for (const share of tried) {
    const one = await pictureOfWidth(
      analysis,
      choices,
      size,
      Math.floor(layoutWidth(size) * share),
    );
    const { smallestPoints } = one.printed;
    if (best === null || smallestPoints > best.printed.smallestPoints) best = one;
    if (smallestPoints >= READABLE_POINTS) break;
  }
  return best ?? pictureOfWidth(analysis, choices, size, layoutWidth(size));
}

async function pictureOfWidth(
  analysis: Analysis,
  choices: Choices,
  size: PrintSize,
  width: number,
): Promise<NamedPicture> {
  const { what, picture, ...words } = await VIEW_FIGURES[choices.view].draw({
    analysis,
    compared: await comparedModels(),
    choices,
    theme: THEME,
    width,
    height: layoutHeight(size),
  });
  const version = __CONVATLAS_VERSION__;
  const captioned = withCaption(picture, { ...words, analysis, version, theme: THEME });
  return { printed: printed(captioned, size, THEME.paper), what };
}
