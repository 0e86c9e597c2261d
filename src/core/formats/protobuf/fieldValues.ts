import { malformedFile, tooLargeFile } from "./errors.ts";
import { type ChunkedFile, VarintReader, type WireField } from "./wire.ts";

/** A list of whole numbers in an attribute (strides, pads, axes) or of axis lengths. */
const MAX_LIST_BYTES = 1024 * 1024;

/** Appends the numbers of a repeated integer field, packed or not. */
export async function appendIntegers(
  file: ChunkedFile,
  field: WireField,
  to: number[],
): Promise<void> {
  if (to.length + field.end - field.start > MAX_LIST_BYTES) {
    throw tooLargeFile("a list of whole numbers in it is longer than a megabyte");
  }
  if (field.wireType === "varint") {
    to.push(field.value);
    return;
  }
  expectWireType(field, "bytes");
  const varints = new VarintReader(await file.bytes(field.start, field.end));
  while (!varints.atEnd) {
    const value = varints.next();
    if (value === null) throw malformedFile("a list of whole numbers in it is cut off");
    to.push(value);
  }
}

/** The text of a field. @throws FileFault `malformed` if it holds none. */
export async function textOf(file: ChunkedFile, field: WireField): Promise<string> {
  expectWireType(field, "bytes");
  return file.text(field);
}

/** @throws FileFault `malformed` if the field is stored in another way. */
export function expectWireType(field: WireField, wireType: WireField["wireType"]): void {
  if (field.wireType !== wireType) {
    throw malformedFile(
      "a field in it is of the wrong kind",
      `field ${field.number} at byte ${field.tagStart} is ${field.wireType}, not ${wireType}`,
    );
  }
}
