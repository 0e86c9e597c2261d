import type { LabClient } from "../../worker/lab/labClient.ts";
import type { ImageInfo } from "../../worker/lab/protocol.ts";
import { type Pixels, picturePixels } from "./drawPicture.ts";
import { placeIn } from "./labSelectors.ts";

/** Longer side of small pictures: twice what they have on the page, for dense screens. */
const THUMBNAIL_PIXELS = 112;

/** Of an original beside what the network gets: several for each that is seen, to smooth edges. */
export const ORIGINAL_PIXELS = 288;

/** An image in small, by its first slice to show; null where it cannot be made. */
export async function drawThumbnail(client: LabClient, image: ImageInfo): Promise<Pixels | null> {
  try {
    const request = { image: image.id, ...placeIn(image, {}), side: THUMBNAIL_PIXELS };
    const picture = await client.call("picture", request, new AbortController().signal);
    return picturePixels(picture, image.window ?? image.range);
  } catch {
    // What is wrong with it is said where the image is looked at.
    return null;
  }
}
