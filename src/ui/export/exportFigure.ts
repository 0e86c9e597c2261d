import type { Analysis } from "../../core/analysis/analysis.ts";
import { choicesOf } from "../state/choices.ts";
import { pageStore } from "../state/pageStore.ts";
import { sessionText } from "../state/session.ts";
import { download, exportName } from "./download.ts";
import { reportExportError } from "./exportResults.ts";
import { pictureSize } from "./keptSize.ts";
import { type PrintedPicture, printSize, svgInMillimetres } from "./printSize.ts";
import { pngOfPicture } from "./rasterise.ts";
import { type NamedPicture, viewPicture } from "./viewPicture.ts";

export type PictureFormat = "png" | "svg";

/** A picture as a file: a PNG carries the session, so that it can be dropped back. */
export async function fileOfPicture(
  picture: PrintedPicture,
  format: PictureFormat,
  session: string,
): Promise<Blob> {
  switch (format) {
    case "png":
      return pngOfPicture(picture, session);
    case "svg":
      return new Blob([svgInMillimetres(picture)], { type: "image/svg+xml" });
  }
}

/** The current view at the size that was used last. */
function currentPicture(analysis: Analysis): Promise<NamedPicture> {
  const choices = choicesOf(pageStore.getState());
  return viewPicture(analysis, choices, printSize(pictureSize.load()));
}

/**
 * Saves the picture of the current view. An error is shown where all errors are.
 *
 * @returns what was saved; null if nothing could be.
 */
export async function exportFigure(
  analysis: Analysis,
  format: PictureFormat,
): Promise<PrintedPicture | null> {
  const { name } = analysis.model;
  try {
    // What was on screen at the click, whatever is chosen while the picture is drawn.
    const session = sessionText();
    const { printed, what } = await currentPicture(analysis);
    download(await fileOfPicture(printed, format, session), exportName(name, what, format));
    return printed;
  } catch (thrown) {
    reportExportError(thrown, name);
    return null;
  }
}

/**
 * Puts the picture of the current view on the clipboard, as a PNG.
 *
 * @returns false where the browser does not do that.
 */
export async function copyFigure(analysis: Analysis): Promise<boolean> {
  // Firefox before version 127 has no ClipboardItem; pages that are not secure have no clipboard.
  if (typeof ClipboardItem === "undefined" || navigator.clipboard === undefined) return false;
  const session = sessionText();
  const png = currentPicture(analysis).then(({ printed }) => pngOfPicture(printed, session));
  try {
    // A promise: Safari allows copying only in the click itself.
    await navigator.clipboard.write([new ClipboardItem({ "image/png": png })]);
    return true;
  } catch {
    // A picture that could not be drawn is an error; one that could not be copied is not.
    return png.then(
      () => false,
      (thrown: unknown) => {
        reportExportError(thrown, analysis.model.name);
        return false;
      },
    );
  }
}
