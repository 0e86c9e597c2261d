import { ConvAtlasError } from "../../core/errors.ts";

/** Dots per CSS pixel of an exported picture: about 300 dpi at the size on the page. */
const PNG_SCALE = 3;

/**
 * Most pixels of one picture: Safari refuses canvases above 16.7 million on small
 * devices, other browsers above 268 million. Larger pictures get a smaller scale.
 */
const MOST_PIXELS = 64_000_000;

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

/** Draws the text of an SVG file (its size in CSS pixels) into a PNG. */
export async function pngOfSvg(svgText: string, width: number, height: number): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([svgText], { type: "image/svg+xml" }));
  try {
    const image = await loadedImage(url);
    const scale = Math.min(PNG_SCALE, Math.sqrt(MOST_PIXELS / (width * height)));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    const context = canvas.getContext("2d");
    context?.drawImage(image, 0, 0, canvas.width, canvas.height);
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
