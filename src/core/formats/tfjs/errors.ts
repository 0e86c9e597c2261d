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

/** Names of layers have some ten characters, those with all scopes around them some hundred. */
const LONGEST_SHOWN = 120;

/** A name that stands in the file, fit for a sentence: short, on one line. */
export function shownName(name: string): string {
  const plain = name.replace(/\p{C}/gu, " ");
  return plain.length > LONGEST_SHOWN ? `${plain.slice(0, LONGEST_SHOWN)}...` : plain;
}
