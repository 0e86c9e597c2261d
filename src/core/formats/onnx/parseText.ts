import { expectWireType } from "../protobuf/fieldValues.ts";
import type { ChunkedFile, WireField } from "../protobuf/wire.ts";

/** A field that holds text. */
export async function bytesAsText(file: ChunkedFile, field: WireField): Promise<string> {
  expectWireType(field, "bytes");
  return file.text(field);
}
