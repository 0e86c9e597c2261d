import { ConvAtlasError } from "../../core/errors.ts";
import { withPngMetadata } from "../../core/pictures/pngChunks.ts";
import { type PrintedPicture, pixelSize, svgInPixels } from "./printSize.ts";

function loadedImage(url: string): Promise<HTMLImageElement> {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = () =>
      reject(
        new ConvAtlasError(
          "internal",
          "The picture could not be turned into a PNG; try the SVG export instead.",
        ),
      );
    image.src = url;
  });
}

/** The text of an SVG file, whose size is in px, drawn into a PNG of as many pixels. */
async function drawnPng(svgText: string, width: number, height: number): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([svgText], { type: "image/svg+xml" }));
  try {
    const image = await loadedImage(url);
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext("2d");
    context?.drawImage(image, 0, 0, width, height);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
    if (context === null || blob === null) {
      throw new ConvAtlasError(
        "too-large",
        "The picture is too large for this browser to make a PNG of; try the SVG export instead.",
      );
    }
    return blob;
  } finally {
    URL.revokeObjectURL(url);
  }
}

/**
 * A picture as a PNG of 300 dpi that says its size in print and carries the session.
 *
 * @param sessionText empty for none.
 */
export async function pngOfPicture(picture: PrintedPicture, sessionText: string): Promise<Blob> {
  const size = pixelSize(picture);
  const drawn = await drawnPng(svgInPixels(picture, size), size.width, size.height);
  const bytes = withPngMetadata(new Uint8Array(await drawn.arrayBuffer()), {
    dotsPerMetre: size.dotsPerMetre,
    sessionText: sessionText === "" ? null : sessionText,
  });
  return new Blob([bytes], { type: "image/png" });
}
