import type { Analysis } from "../../core/analysis/analysis.ts";
import { SHEET_ASPECT, sheetSteps } from "../figures/sheet.ts";
import { LIGHT_THEME } from "../figures/theme.ts";
import { pageStore } from "../state/pageStore.ts";
import { sessionText } from "../state/session.ts";
import { download, exportName } from "./download.ts";
import { fileOfPicture, type PictureFormat } from "./exportFigure.ts";
import { reportExportError } from "./exportResults.ts";
import { markSentences } from "./figures/markSentences.ts";
import { inSlices } from "./inSlices.ts";
import { MM_PER_PX, type PrintedPicture, printed } from "./printSize.ts";

/** A wide slide: 13.33 inches. Smaller sheets would be enlarged anyway. */
const NARROWEST_SHEET_MM = 338.67;

/** At 300 dpi a sheet of these proportions has 64 million pixels, the most that is drawn. */
const WIDEST_SHEET_MM = 900;

/**
 * Saves the sheet of the whole model. It is as large on paper as its text asks for: a slide, or
 * for deep networks a poster. An error is shown where all errors are.
 *
 * @returns what was saved; null if nothing could be.
 */
export async function exportSheet(
  analysis: Analysis,
  format: PictureFormat,
): Promise<PrintedPicture | null> {
  const { name } = analysis.model;
  try {
    const session = sessionText();
    const { colourBy, selection } = pageStore.getState();
    const picture = await inSlices(
      sheetSteps(analysis, {
        version: __CONVATLAS_VERSION__,
        theme: LIGHT_THEME,
        colourBy,
        lines: markSentences(analysis, { colourBy, selection: { ...selection, group: null } }),
      }),
    );
    const wanted = picture.width * MM_PER_PX;
    const widthMm = Math.min(WIDEST_SHEET_MM, Math.max(NARROWEST_SHEET_MM, wanted));
    const size = { widthMm, heightMm: widthMm * SHEET_ASPECT };
    const sheet = printed(picture, size, LIGHT_THEME.paper);
    download(await fileOfPicture(sheet, format, session), exportName(name, "sheet", format));
    return sheet;
  } catch (thrown) {
    reportExportError(thrown, name);
    return null;
  }
}
