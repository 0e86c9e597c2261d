import type { PickedFile } from "../../worker/protocol.ts";

/** A NIfTI-1 header has its magic number this late (nifti1.h); enough for every signature below. */
const HEAD_BYTES = 352;

interface Signature {
  readonly bytes: readonly number[];
  readonly at: number;
}

/** JPEG, PNG; "DICM" (DICOM PS3.10, 7.1); "n+1" of NIfTI-1 and "n+2" of NIfTI-2 in one file. */
const SIGNATURES: readonly Signature[] = [
  { bytes: [0xff, 0xd8, 0xff], at: 0 },
  { bytes: [0x89, 0x50, 0x4e, 0x47], at: 0 },
  { bytes: [0x44, 0x49, 0x43, 0x4d], at: 128 },
  { bytes: [0x6e, 0x2b, 0x31, 0], at: 344 },
  { bytes: [0x6e, 0x2b, 0x32, 0], at: 4 },
];

const RIFF: Signature = { bytes: [0x52, 0x49, 0x46, 0x46], at: 0 };
const WEBP: Signature = { bytes: [0x57, 0x45, 0x42, 0x50], at: 8 };
const GZIP: Signature = { bytes: [0x1f, 0x8b], at: 0 };

function carries(head: Uint8Array, { bytes, at }: Signature): boolean {
  return bytes.every((byte, index) => head[at + index] === byte);
}

/**
 * True for what can be told to be an image by its first bytes: never a model, whatever it is
 * called. What a packed file holds is not looked at: of those only a name of NIfTI counts.
 */
export function isImageHead(name: string, head: Uint8Array): boolean {
  if (carries(head, GZIP)) return /\.nii\.gz$/i.test(name);
  if (carries(head, RIFF) && carries(head, WEBP)) return true;
  return SIGNATURES.some((signature) => carries(head, signature));
}

/** True if all of these are images, and so are not to be read as a model. */
export async function areImages(files: readonly PickedFile[]): Promise<boolean> {
  if (files.length === 0) return false;
  for (const { file } of files) {
    try {
      const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
      if (!isImageHead(file.name, head)) return false;
    } catch {
      // What cannot be read is said by who reads models.
      return false;
    }
  }
  return true;
}
