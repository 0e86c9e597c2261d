import { ConvAtlasError } from "../../errors.ts";

export function bigEndianError(name: string): ConvAtlasError {
  return new ConvAtlasError(
    "unsupported",
    `${name} was saved on a big-endian machine, whose numbers ConvAtlas does not read; load it and save it again on an ordinary computer.`,
  );
}
