import type { PictureDecoder } from "../../core/images/imageFormat.ts";

/**
 * Decodes a picture by what the browser has for it, inside a worker. Colours are left as they
 * stand in the file and opacity is not multiplied in, so that every machine sees the same
 * numbers; the turn that a camera wrote down is taken into account, as a person expects.
 */
export const decodeInBrowser: PictureDecoder = async (bytes, mime) => {
  const bitmap = await createImageBitmap(new Blob([bytes], { type: mime }), {
    colorSpaceConversion: "none",
    premultiplyAlpha: "none",
    imageOrientation: "from-image",
  });
  try {
    const { width, height } = bitmap;
    const canvas = new OffscreenCanvas(width, height);
    // In software: what is drawn is read back at once.
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (context === null) throw new Error("no 2-D canvas");
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    return { width, height, channels: 4, values: Float32Array.from(data) };
  } finally {
    bitmap.close();
  }
};

/** `decodeInBrowser` where this is a browser; null in Node. */
export function browserDecoder(): PictureDecoder | null {
  const canDecode =
    typeof createImageBitmap === "function" && typeof OffscreenCanvas === "function";
  return canDecode ? decodeInBrowser : null;
}
