import type { Picture } from "./image.ts";
import { placementOf, type Size } from "./placement.ts";
import type { Preprocessing } from "./preprocessing.ts";

/**
 * A network's output laid back on the picture that it was given, linear between its numbers: the
 * inverse of the placement of `preparedInput`.
 *
 * @param map `height * width` numbers, of the input's size or coarser.
 * @param outside for pixels that the network did not see.
 * @returns a number per pixel of the picture, row-major.
 */
export function placedBack(
  map: Size & { readonly values: Float32Array },
  picture: Pick<Picture, "width" | "height">,
  preprocessing: Preprocessing,
  outside = 0,
): Float32Array<ArrayBuffer> {
  const columns = mapPlaces(map, picture, preprocessing, "width");
  const rows = mapPlaces(map, picture, preprocessing, "height");
  const { values, width } = map;
  const result = new Float32Array(picture.width * picture.height).fill(outside);
  for (let y = 0; y < picture.height; y += 1) {
    const row = rows[y];
    if (row === null) continue;
    for (let x = 0; x < picture.width; x += 1) {
      const column = columns[x];
      if (column === null) continue;
      const upper = mixed(
        values[row.near * width + column.near],
        values[row.near * width + column.far],
        column.share,
      );
      const lower = mixed(
        values[row.far * width + column.near],
        values[row.far * width + column.far],
        column.share,
      );
      result[y * picture.width + x] = mixed(upper, lower, row.share);
    }
  }
  return result;
}

/** Between which places of the map a pixel's centre lies, and how far from the nearer. */
interface MapPlace {
  readonly near: number;
  readonly far: number;
  readonly share: number;
}

function mapPlaces(
  map: Size,
  picture: Pick<Picture, "width" | "height">,
  preprocessing: Preprocessing,
  side: "width" | "height",
): readonly (MapPlace | null)[] {
  const { left, top, scaleX, scaleY } = placementOf(picture, preprocessing);
  const isAcross = side === "width";
  const [offset, scale] = isAcross ? [left, scaleX] : [top, scaleY];
  const isMirrored = isAcross && preprocessing.mirrored === true;
  return Array.from({ length: picture[side] }, (_, pixel) => {
    const placed = isMirrored ? picture[side] - 1 - pixel : pixel;
    const onInput = offset + (placed + 0.5) * scale;
    if (onInput < 0 || onInput > preprocessing[side]) return null;
    const centre = (onInput * map[side]) / preprocessing[side] - 0.5;
    const inside = Math.min(map[side] - 1, Math.max(0, centre));
    const near = Math.floor(inside);
    return { near, far: Math.min(map[side] - 1, near + 1), share: inside - near };
  });
}

function mixed(near: number, far: number, share: number): number {
  return share === 0 ? near : near + share * (far - near);
}
