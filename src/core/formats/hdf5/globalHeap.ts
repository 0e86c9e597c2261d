import { ConvAtlasError } from "../../errors.ts";

// HDF5 File Format Specification III.E: strings of variable length lie in collections of
// objects, each with its length, and HDF5 walks them for ever where a length is 0.

/** "GCOL", version 1, three reserved bytes. */
const SIGNATURE = [0x47, 0x43, 0x4f, 0x4c, 1, 0, 0, 0];
/** Signature, then the collection's length. */
const HEADER_BYTES = 16;
/** Index, reference count, reserved bytes, then the object's length. */
const OBJECT_HEADER_BYTES = 16;
/** Collections are 4 kB unless one string is longer; configurations are a few MB. */
const MAX_COLLECTION_BYTES = 256 * 1024 * 1024;

type SliceSync = (start: number, end: number) => Uint8Array;

/**
 * Looks through bytes [position, position + read.length) of an HDF5 file, just read, for the
 * start of a collection that HDF5 would never get to the end of. For 8-byte lengths.
 *
 * @throws ConvAtlasError `malformed`.
 */
export function refuseEndlessHeap(
  read: Uint8Array,
  position: number,
  slice: SliceSync,
  file: { readonly name: string; readonly byteLength: number },
): void {
  for (let at = read.indexOf(SIGNATURE[0]); at >= 0; at = read.indexOf(SIGNATURE[0], at + 1)) {
    if (!SIGNATURE.every((byte, index) => (read[at + index] ?? byte) === byte)) continue;
    const start = position + at;
    const header = slice(start, Math.min(start + HEADER_BYTES, file.byteLength));
    if (header.length < HEADER_BYTES || SIGNATURE.some((byte, i) => header[i] !== byte)) continue;
    const length = lengthAt(header, SIGNATURE.length);
    // HDF5 itself refuses a collection that reaches past the end of the file.
    if (length > MAX_COLLECTION_BYTES || start + length > file.byteLength) continue;
    if (endsWell(slice(start, start + length))) continue;
    throw new ConvAtlasError(
      "malformed",
      `${file.name} is damaged: the texts in it cannot be read; download or copy it again.`,
      `global heap collection at byte ${start}`,
    );
  }
}

/** Whether each object of a collection lies within it and moves the walk on. */
function endsWell(collection: Uint8Array): boolean {
  let at = HEADER_BYTES;
  while (at + OBJECT_HEADER_BYTES <= collection.length) {
    const isFreeSpace = collection[at] === 0 && collection[at + 1] === 0;
    const length = lengthAt(collection, at + 8);
    // Free space counts its own header; objects are padded to eight bytes.
    const step = isFreeSpace ? length : OBJECT_HEADER_BYTES + Math.ceil(length / 8) * 8;
    if (step < OBJECT_HEADER_BYTES || at + step > collection.length) return false;
    at += step;
  }
  return true;
}

/** What the library takes of an 8-byte length: its own lengths (size_t) have 32 bits. */
function lengthAt(bytes: Uint8Array, at: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return view.getUint32(at, true);
}
