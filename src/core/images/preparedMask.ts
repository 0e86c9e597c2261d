import type { Picture } from "./image.ts";
import { type MaskLabels, maskReader } from "./maskLabels.ts";
import { placementOf, type Size } from "./placement.ts";
import type { Preprocessing } from "./preprocessing.ts";

/** Where a mask is to lie: over an image that is prepared for a network. */
export interface MaskPlace {
  readonly preprocessing: Preprocessing;
  /** Of the image; a mask of another size is stretched over it. */
  readonly image: Size;
  /** Of the result; a network's output may be smaller than its input. */
  readonly size: Size;
}

/** A mask as it lies over an image, pixel by pixel. */
export interface PreparedMask extends MaskLabels {
  /** `size.height * size.width` labels, row-major; 0 around the image. */
  readonly values: Float32Array<ArrayBuffer>;
  /** 1 where the mask marks anything, else 0. */
  readonly marked: Uint8Array<ArrayBuffer>;
}

/** Places a mask as its image is, by the nearest pixel. */
export function preparedMask(mask: Picture, place: MaskPlace): PreparedMask {
  const { labels, isColour, labelAt, isMarkedAt } = maskReader(mask);
  const columns = nearestPixels(mask, place, "width");
  const rows = nearestPixels(mask, place, "height");
  const { width, height } = place.size;
  const values = new Float32Array(width * height);
  const marked = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) {
    if (rows[y] < 0) continue;
    for (let x = 0; x < width; x += 1) {
      if (columns[x] < 0) continue;
      const pixel = rows[y] * mask.width + columns[x];
      values[y * width + x] = labelAt(pixel);
      if (isMarkedAt(pixel)) marked[y * width + x] = 1;
    }
  }
  return { labels, isColour, values, marked };
}

/** In the pixels of a right answer: whatever a network says of this one is neither right nor wrong. */
export const LEFT_OUT = 2;

/**
 * 1 where a mask has the label, 0 around the image as well; or where it marks anything.
 *
 * @param leftOut the pixels of this label are `LEFT_OUT`.
 */
export function pixelsWithLabel(
  { values, marked }: Pick<PreparedMask, "values" | "marked">,
  label: number | "all",
  leftOut: number | null = null,
): Uint8Array<ArrayBuffer> {
  if (label === "all" && leftOut === null) return marked;
  const chosen = label === "all" ? marked.slice() : new Uint8Array(values.length);
  for (let pixel = 0; pixel < values.length; pixel += 1) {
    if (values[pixel] === leftOut) chosen[pixel] = LEFT_OUT;
    else if (values[pixel] === label) chosen[pixel] = 1;
  }
  return chosen;
}

/** The pixel of the mask under the centre of each column or row; -1 beside the image. */
function nearestPixels(
  mask: Size,
  { preprocessing, image, size }: MaskPlace,
  side: "width" | "height",
): Int32Array {
  const { left, top, scaleX, scaleY } = placementOf(image, preprocessing);
  const isAcross = side === "width";
  const [offset, scale] = isAcross ? [left, scaleX] : [top, scaleY];
  const step = preprocessing[side] / size[side];
  const isMirrored = isAcross && preprocessing.mirrored === true;
  return Int32Array.from({ length: size[side] }, (_, column) => {
    const at = ((column + 0.5) * step - offset) / scale;
    if (at < 0 || at >= image[side]) return -1;
    const pixel = Math.min(mask[side] - 1, Math.floor((at * mask[side]) / image[side]));
    return isMirrored ? mask[side] - 1 - pixel : pixel;
  });
}
