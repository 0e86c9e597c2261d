import type { ByteSource } from "../../core/bytes/byteSource.ts";
import { ConvAtlasError, throwIfCancelled, toConvAtlasError } from "../../core/errors.ts";
import type { Picture, ReadImage } from "../../core/images/image.ts";
import type { PictureDecoder } from "../../core/images/imageFormat.ts";
import { rangeOf } from "../../core/images/onePicture.ts";
import type { Size } from "../../core/images/placement.ts";
import { preparedMask } from "../../core/images/preparedMask.ts";
import { readImage } from "../../core/images/readImage.ts";
import { fileSource } from "../fileSource.ts";
import { urlSource } from "../urlSource.ts";
import type {
  ImageFile,
  ImageInfo,
  ImageStack,
  ImagesRequest,
  LabEvent,
  MaskRequest,
  PlacedMask,
  ReadImages,
  SliceRef,
} from "./protocol.ts";

/** Images to look at. */
export interface ImagesInSight {
  /** @throws ConvAtlasError as `ReadImage.picture`; `bad-setting` for an image that is not here. */
  picture(slice: SliceRef): Promise<Picture>;
  /** @throws ConvAtlasError as `picture`. */
  mask(request: MaskRequest): Promise<PlacedMask>;
}

/** The images of a lab, by ids that the page gives: they stay when a worker is replaced. */
export interface ImageShelf extends ImagesInSight {
  /** @param ids one per file. */
  read(
    request: ImagesRequest,
    ids: readonly string[],
    onEvent: (event: LabEvent) => void,
    signal: AbortSignal,
  ): Promise<ReadImages>;
  forget(id: string): void;
  /** Those of now, whatever is forgotten later. */
  asTheyAre(): ImagesInSight;
}

export function imageShelf(decodePicture: PictureDecoder | null): ImageShelf {
  const images = new Map<string, ReadImage>();
  return {
    async read({ files }, ids, onEvent, signal) {
      const read: ImageInfo[] = [];
      const failed: { name: string; message: string }[] = [];
      for (const [index, file] of files.entries()) {
        throwIfCancelled(signal);
        onEvent({ kind: "progress", step: "images", share: index / files.length });
        try {
          const image = await readImage(await sourceOf(file, signal), decodePicture);
          read.push(await infoOf(ids[index], nameOf(file), image));
          images.set(ids[index], image);
        } catch (thrown) {
          const { code, message } = toConvAtlasError(thrown);
          if (code === "cancelled") throw thrown;
          failed.push({ name: nameOf(file), message });
        }
      }
      onEvent({ kind: "progress", step: "images", share: 1 });
      return { images: read, failed };
    },
    forget(id) {
      images.delete(id);
    },
    asTheyAre: () => inSight(new Map(images)),
    ...inSight(images),
  };
}

function inSight(images: ReadonlyMap<string, ReadImage>): ImagesInSight {
  function open(id: string): ReadImage {
    const found = images.get(id);
    if (found !== undefined) return found;
    throw new ConvAtlasError(
      "bad-setting",
      "This image is no longer open; open its file again.",
      id,
    );
  }

  const picture = async ({ image, plane, index }: SliceRef): Promise<Picture> =>
    open(image).picture(plane, index);

  return {
    picture,
    async mask({ mask, of: { slice, preprocessing }, size }) {
      const { numbers, range } = open(mask.image);
      const [seen, image] = [await picture(mask), await picture(slice)];
      const own = numbers?.picture() ?? seen;
      const prepared = preparedMask(own, { preprocessing, image, size });
      const { high: largest } = numbers === null ? range : rangeOf(own);
      const palette = numbers?.palette ?? null;
      return { ...prepared, largest, palette, own: sizeOf(own), image: sizeOf(image) };
    },
  };
}

async function sourceOf(file: ImageFile, signal: AbortSignal): Promise<ByteSource> {
  return "file" in file ? fileSource(file.file) : urlSource(file.url, file.name, signal);
}

/** Without its folders: they may tell who it is of. */
export function nameOf(file: ImageFile): string {
  return "file" in file ? file.file.name : file.name;
}

function sizeOf({ width, height }: Picture): Size {
  return { width, height };
}

/** Each stack is of the size of its middle slice, the one that is shown first. */
async function infoOf(id: string, name: string, image: ReadImage): Promise<ImageInfo> {
  const { format, range, window, remarks } = image;
  const stacks: ImageStack[] = [];
  let channels = 1;
  for (const { plane, count } of image.stacks) {
    const picture = await image.picture(plane, Math.floor(count / 2));
    channels = picture.channels;
    stacks.push({ plane, count, width: picture.width, height: picture.height });
  }
  return { id, name, format, stacks, range, window, channels, remarks };
}
