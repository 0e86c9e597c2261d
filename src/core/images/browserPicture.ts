import { ConvAtlasError } from "../errors.ts";
import { damagedImage } from "./damagedImage.ts";
import type { ImageFormatId, Picture, ReadImage } from "./image.ts";
import type { ImageReadContext } from "./imageFormat.ts";
import { requirePictureSize } from "./imageLimits.ts";
import { onePicture } from "./onePicture.ts";

/**
 * A picture that the browser decodes.
 * @param size what the file's header says: refused before the browser takes memory for it.
 * @throws ConvAtlasError `unsupported` where there is no browser, `too-large`, `malformed`.
 */
export async function browserPicture(
  format: Extract<ImageFormatId, "jpeg" | "webp">,
  { source, decodePicture }: ImageReadContext,
  bytes: Uint8Array<ArrayBuffer>,
  size: { readonly width: number; readonly height: number },
): Promise<ReadImage> {
  requirePictureSize(source.name, { ...size, channels: 4 });
  if (decodePicture === null) {
    throw new ConvAtlasError(
      "unsupported",
      `${source.name} can be decoded by a browser only; open it in the page, or save it as PNG.`,
    );
  }
  let picture: Picture;
  try {
    picture = await decodePicture(bytes, `image/${format}`);
  } catch (thrown) {
    throw damagedImage(source.name, "the browser cannot decode its pixels", String(thrown));
  }
  return onePicture(format, simplestPicture(picture), { low: 0, high: 255 }, []);
}

/**
 * The same picture with as few channels as it needs: browsers hand out four whatever the file
 * has. Grey stays grey; opacity goes where all is opaque.
 */
export function simplestPicture(picture: Picture): Picture {
  const { width, height, channels, values } = picture;
  if (channels !== 4) return picture;
  let isGrey = true;
  let isOpaque = true;
  for (let place = 0; place < values.length && (isGrey || isOpaque); place += 4) {
    isGrey &&= values[place] === values[place + 1] && values[place] === values[place + 2];
    isOpaque &&= values[place + 3] === 255;
  }
  const kept = [0, ...(isGrey ? [] : [1, 2]), ...(isOpaque ? [] : [3])];
  if (kept.length === 4) return picture;
  const fewer = new Float32Array(width * height * kept.length);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    for (let channel = 0; channel < kept.length; channel += 1) {
      fewer[pixel * kept.length + channel] = values[pixel * 4 + kept[channel]];
    }
  }
  return { width, height, channels: kept.length as Picture["channels"], values: fewer };
}
