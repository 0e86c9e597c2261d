import type { ByteSource } from "../../bytes/byteSource.ts";
import { ConvAtlasError } from "../../errors.ts";

/**
 * What is wrong with a file, found by code that does not know which file it reads;
 * `withFileName` makes the sentence for the user of it.
 */
export class FileFault extends Error {
  override readonly name = "FileFault";
  readonly code: "malformed" | "too-large";
  readonly details: string;

  constructor(code: "malformed" | "too-large", what: string, details = "") {
    super(what);
    this.code = code;
    this.details = details;
  }
}

/** The bytes contradict the format; `what` continues the sentence "model.onnx is damaged: ...". */
export function malformedFile(what: string, details = ""): FileFault {
  return new FileFault("malformed", what, details);
}

/** A count or length beyond what any real network needs; `what` is a clause of its own. */
export function tooLargeFile(what: string): FileFault {
  return new FileFault("too-large", what);
}

/** The error for the user, where `thrown` is a fault of the file; else `thrown` itself. */
export function withFileName(thrown: unknown, fileName: string): unknown {
  if (!(thrown instanceof FileFault)) return thrown;
  const { code, message, details } = thrown;
  const sentence = {
    malformed: `${fileName} is damaged: ${message}; download it again or export the network again.`,
    "too-large": `${fileName} is beyond what ConvAtlas reads: ${message}; check that it is the right file.`,
  }[code];
  return new ConvAtlasError(code, sentence, details);
}

/** Whether reading found the file cut short. */
export function isTruncation(thrown: unknown): boolean {
  return thrown instanceof ConvAtlasError && thrown.code === "truncated";
}

/** The file ends before the bytes that it announces; `needed` counts at least those. */
export function truncatedFile(
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
