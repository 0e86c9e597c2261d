import type { Analysis } from "../../core/analysis/analysis.ts";
import { withCaption } from "../figures/caption.ts";
import { LIGHT_THEME } from "../figures/theme.ts";
import type { Choices } from "../state/choices.ts";
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

/** The figure of the chosen view at a size on paper, with all that explains it. */
export async function viewPicture(
  analysis: Analysis,
  choices: Choices,
  size: PrintSize,
): Promise<NamedPicture> {
  const { what, picture, ...words } = await VIEW_FIGURES[choices.view].draw({
    analysis,
    choices,
    theme: THEME,
    width: layoutWidth(size),
    height: layoutHeight(size),
  });
  const version = __CONVATLAS_VERSION__;
  const captioned = withCaption(picture, { ...words, analysis, version, theme: THEME });
  return { printed: printed(captioned, size, THEME.paper), what };
}
