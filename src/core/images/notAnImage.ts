import type { ByteSource } from "../bytes/byteSource.ts";
import { ConvAtlasError } from "../errors.ts";
import { holdsBytes } from "./holdsBytes.ts";

const READ_HERE = "PNG, JPEG, WebP, DICOM or NIfTI (.nii, .nii.gz)";

/** Other files that people take for images that can be read, by their first bytes. */
const KNOWN_STRANGERS: readonly {
  readonly offset: number;
  readonly bytes: readonly number[];
  readonly what: string;
  readonly advice: string;
}[] = [
  stranger(0, "GIF8", "a GIF picture", "save it as PNG"),
  stranger(0, "II*\0", "a TIFF picture", "save it as PNG"),
  stranger(0, "MM\0*", "a TIFF picture", "save it as PNG"),
  stranger(0, "BM", "a Windows bitmap", "save it as PNG"),
  stranger(4, "ftyp", "a HEIC or AVIF picture or a film", "save it as PNG or JPEG"),
  stranger(0, "NRRD", "an NRRD volume", "save it as NIfTI (.nii.gz)"),
  stranger(0, "ObjectType", "a MetaImage volume", "save it as NIfTI (.nii.gz)"),
  stranger(0, "PK\x03\x04", "a zip archive", "unpack it and open the images in it"),
  stranger(
    0,
    "\x1f\x8b",
    "packed by gzip, and holds no NIfTI volume or is damaged",
    "unpack it and open what is inside, or get it again",
  ),
  stranger(0, "%PDF", "a PDF document", "save its picture as PNG"),
  stranger(0, "\x89HDF", "an HDF5 file", "save its image as PNG or NIfTI"),
  stranger(0, "version https://git-lfs", "a pointer of Git LFS", "get the image itself"),
];

function stranger(offset: number, start: string, what: string, advice: string) {
  return { offset, bytes: [...start].map((letter) => letter.charCodeAt(0)), what, advice };
}

/** Why a file that no reader recognises cannot be read as an image. */
export async function notAnImageError(source: ByteSource): Promise<ConvAtlasError> {
  for (const { offset, bytes, what, advice } of KNOWN_STRANGERS) {
    if (!(await holdsBytes(source, offset, bytes))) continue;
    return new ConvAtlasError(
      "not-an-image",
      `${source.name} cannot be read here: it is ${what}; ${advice}.`,
    );
  }
  return new ConvAtlasError(
    "not-an-image",
    `${source.name} is no image that can be read here; choose ${READ_HERE}.`,
  );
}
