import type { ByteSource } from "../../bytes/byteSource.ts";
import { floatsFromBytes } from "../../bytes/floatNumbers.ts";
import { ConvAtlasError } from "../../errors.ts";
import { permuteAxes } from "../arrays/permuteAxes.ts";
import type { NamedTensor } from "../weights/namedTensor.ts";
import { type ArrayHeader, damaged, headerEnd, parseArrayHeader } from "./arrayHeader.ts";

/** Room for the header of nearly every array, so that it is read at once. */
const USUAL_HEADER_BYTES = 256;

/** The start of a file, as far as it is asked for; what reads it need not read the rest. */
export type ReadHead = (bytes: number) => Promise<Uint8Array>;

/**
 * Reads the header of an array and checks that its entries are there.
 * @throws ConvAtlasError `truncated`, `malformed` or `unsupported`.
 */
export async function readArrayHeader(
  readHead: ReadHead,
  byteLength: number,
  fileName: string,
): Promise<ArrayHeader> {
  const head = await readHead(Math.min(USUAL_HEADER_BYTES, byteLength));
  const end = headerEnd(head, fileName);
  if (end > byteLength) throw cutShort(fileName, byteLength, end);
  const whole = end <= head.length ? head.subarray(0, end) : await readHead(end);
  const header = parseArrayHeader(whole, fileName);
  const needed = end + entriesOf(header.shape) * header.element.bytes;
  if (!header.element.isPickled && needed > byteLength) {
    if (!Number.isSafeInteger(needed)) {
      throw damaged(fileName, "its header claims an impossible shape", header.shape.join(" x "));
    }
    throw cutShort(fileName, byteLength, needed);
  }
  return header;
}

/** An array as weights, read when its numbers are asked for. */
export function arrayTensor(
  name: string,
  header: ArrayHeader,
  open: () => Promise<ByteSource>,
): NamedTensor {
  const { shape, element, dataStart, isFortran } = header;
  return {
    name,
    shape,
    isFloat: element.float !== null,
    module: null,
    async read() {
      const source = await open();
      const end = dataStart + entriesOf(shape) * element.bytes;
      const bytes = await source.slice(dataStart, end);
      const entries = floatsFromBytes(bytes, element.float ?? "float32", element.order);
      return isFortran ? rowMajor(entries, shape) : entries;
    },
  };
}

/** Read as an array of the reversed axes, the entries are row-major. */
function rowMajor(stored: Float32Array, shape: readonly number[]): Float32Array {
  return permuteAxes(stored, shape.toReversed(), [...shape.keys()].toReversed());
}

function entriesOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

function cutShort(name: string, byteLength: number, needed: number): ConvAtlasError {
  return new ConvAtlasError(
    "truncated",
    `${name} is cut short: it holds ${byteLength} of ${needed} bytes; download or copy it again.`,
  );
}
