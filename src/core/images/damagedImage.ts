import { ConvAtlasError } from "../errors.ts";

/** @param what what cannot be read, to follow "damaged:". */
export function damagedImage(name: string, what: string, details = ""): ConvAtlasError {
  return new ConvAtlasError(
    "malformed",
    `${name} is damaged: ${what}; get the file again, or save the image anew with the program that made it.`,
    details,
  );
}

/** @param what what ends too early, to follow "cut short:". */
export function truncatedImage(name: string, what: string, details = ""): ConvAtlasError {
  return new ConvAtlasError(
    "truncated",
    `${name} is cut short: ${what}; download or copy it again.`,
    details,
  );
}

/** @param what a whole sentence without its end, @param advice what to try. */
export function unsupportedImage(what: string, advice: string, details = ""): ConvAtlasError {
  return new ConvAtlasError("unsupported", `${what}; ${advice}.`, details);
}

/** What a library throws on its way through a damaged file becomes a sentence; errors of ours stay. */
export async function orDamaged<Result>(
  name: string,
  what: string,
  run: () => Promise<Result>,
): Promise<Result> {
  try {
    return await run();
  } catch (thrown) {
    if (thrown instanceof ConvAtlasError) throw thrown;
    throw damagedImage(name, what, String(thrown));
  }
}
