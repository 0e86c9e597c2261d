import { ConvAtlasError } from "../../errors.ts";

/** The description contradicts the format; `what` continues "model.json is damaged: ...". */
export function malformedModel(name: string, what: string, details = ""): ConvAtlasError {
  return new ConvAtlasError(
    "malformed",
    `${name} is damaged: ${what}; download it again or convert the model again.`,
    details,
  );
}

/** A count beyond what any network needs; `what` is a clause of its own. */
export function tooLargeModel(name: string, what: string): ConvAtlasError {
  return new ConvAtlasError(
    "too-large",
    `${name} is beyond what ConvAtlas reads: ${what}; check that it is the right file.`,
  );
}
