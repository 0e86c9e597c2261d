import type { ByteSource } from "../../bytes/byteSource.ts";
import { ConvAtlasError } from "../../errors.ts";

/** The bytes contradict the format; `what` continues "model.tflite is damaged: ...". */
export function malformedTflite(
  file: Pick<ByteSource, "name">,
  what: string,
  details = "",
): ConvAtlasError {
  return new ConvAtlasError(
    "malformed",
    `${file.name} is damaged: ${what}; download it again or convert the network again.`,
    details,
  );
}

/** A count beyond what any network needs; `what` is a clause of its own. */
export function tooLargeTflite(file: Pick<ByteSource, "name">, what: string): ConvAtlasError {
  return new ConvAtlasError(
    "too-large",
    `${file.name} is beyond what ConvAtlas reads: ${what}; check that it is the right file.`,
  );
}

/** The file ends before the bytes that it speaks of; `needed` counts at least those. */
export function truncatedTflite(
  file: Pick<ByteSource, "name" | "byteLength">,
  needed: number,
  details: string,
): ConvAtlasError {
  return new ConvAtlasError(
    "truncated",
    `${file.name} is cut short: it holds ${file.byteLength} of at least ${needed} bytes; download or copy it again.`,
    details,
  );
}
