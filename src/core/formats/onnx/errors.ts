import type { ByteSource } from "../../bytes/byteSource.ts";
import { ConvAtlasError } from "../../errors.ts";

/** The file ends before the bytes that it announces; `needed` counts at least those. */
export function truncatedOnnx(
  file: Pick<ByteSource, "name" | "byteLength">,
  needed: number,
  details: string,
): ConvAtlasError {
  return new ConvAtlasError(
    "truncated",
    `${file.name} looks cut short: it holds ${file.byteLength} bytes and announces at least ${needed}; download or copy it again.`,
    details,
  );
}

/** The bytes contradict the format; `what` continues the sentence "it is damaged: ...". */
export function malformedOnnx(what: string, details = ""): ConvAtlasError {
  return new ConvAtlasError(
    "malformed",
    `This ONNX file is damaged: ${what}; export the network again.`,
    details,
  );
}

/** A count or length beyond what any real network needs. */
export function tooLargeOnnx(what: string): ConvAtlasError {
  return new ConvAtlasError(
    "too-large",
    `This ONNX file is beyond what ConvAtlas reads: ${what}; check that it is the right file.`,
  );
}
