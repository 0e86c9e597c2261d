import { ConvAtlasError } from "../../errors.ts";

/** The file ends before the bytes that it announces. */
export function truncatedOnnx(details: string): ConvAtlasError {
  return new ConvAtlasError(
    "truncated",
    "This ONNX file looks cut short: it announces more bytes than it holds; download or copy it again.",
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
