import type { ByteSource } from "../../bytes/byteSource.ts";

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
/** A user block in front of the HDF5 data is 512, 1024, 2048, ... bytes long. */
const SMALLEST_USER_BLOCK = 512;
/** Enough for every superblock version: 24 bytes, four 8-byte addresses, a checksum. */
const SUPERBLOCK_BYTES = 96;

/** Where an HDF5 file starts, and where it says that it ends. */
export interface Superblock {
  /** Position of the signature: 0, or after a user block (MATLAB writes 512 bytes). */
  readonly offset: number;
  /** First byte past the HDF5 data as the file states it; null if it cannot be told. */
  readonly endOfFile: number | null;
  /** Bytes of each length in the file: 8 in all but the oldest. */
  readonly sizeOfLengths: number;
}

/** Finds the HDF5 signature at 0, 512, 1024, 2048, ...; null if there is none. */
export async function findSuperblock(source: ByteSource): Promise<Superblock | null> {
  let offset = 0;
  while (offset + SIGNATURE.length <= source.byteLength) {
    const start = await source.slice(offset, offset + SIGNATURE.length);
    if (SIGNATURE.every((byte, index) => start[index] === byte)) {
      const end = Math.min(source.byteLength, offset + SUPERBLOCK_BYTES);
      const superblock = await source.slice(offset, end);
      const sizeOfLengths = superblock[superblock[8] <= 1 ? 14 : 10] ?? 0;
      return { offset, endOfFile: endOfFileAddress(superblock, offset), sizeOfLengths };
    }
    offset = offset === 0 ? SMALLEST_USER_BLOCK : offset * 2;
  }
  return null;
}

/**
 * The end-of-file address of a superblock, HDF5 File Format Specification II.A.
 * It counts from byte 0 of the file that was written; a user block put in front
 * later moves it by the same amount as it moves the base address.
 */
function endOfFileAddress(superblock: Uint8Array, offset: number): number | null {
  const version = superblock[8];
  const sizeOfOffsets = version <= 1 ? superblock[13] : superblock[9];
  const addresses = version === 0 ? 24 : version === 1 ? 28 : 12;
  if (version > 3 || (sizeOfOffsets !== 4 && sizeOfOffsets !== 8)) return null;
  const base = address(superblock, addresses, sizeOfOffsets);
  const end = address(superblock, addresses + 2 * sizeOfOffsets, sizeOfOffsets);
  if (base === null || end === null) return null;
  return end + (offset - base);
}

function address(bytes: Uint8Array, position: number, size: 4 | 8): number | null {
  if (position + size > bytes.byteLength) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return size === 4 ? view.getUint32(position, true) : Number(view.getBigUint64(position, true));
}
