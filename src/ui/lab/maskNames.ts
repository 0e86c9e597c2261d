import type { ImageInfo } from "../../worker/lab/protocol.ts";

/** "slice-001-mask.png" of "slice-001.png": what people add to a name to say that it is a mask. */
const MASK_NAME = /^(.+)[-_.]mask$/i;

/** Endings of image files, the double one of packed NIfTI first; DICOM files often have none. */
const ENDING = /(\.nii\.gz|\.(png|jpe?g|webp|dcm|dicom|ima|nii|gz))$/i;

/** The name without its ending: "head.nii.gz" -> "head". */
function stemOf(name: string): string {
  return name.replace(ENDING, "");
}

/**
 * Which images are masks of which, told by their names alone.
 *
 * @returns ids of masks by the ids of the images they belong to.
 */
export function masksByName(
  images: readonly Pick<ImageInfo, "id" | "name">[],
): Readonly<Record<string, string>> {
  const byStem = new Map(images.map(({ id, name }) => [stemOf(name).toLowerCase(), id]));
  const masks: Record<string, string> = {};
  for (const { id, name } of images) {
    const stem = MASK_NAME.exec(stemOf(name))?.[1];
    const image = stem === undefined ? undefined : byStem.get(stem.toLowerCase());
    if (image !== undefined && image !== id) masks[image] = id;
  }
  return masks;
}
