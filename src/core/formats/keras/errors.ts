import { ConvAtlasError } from "../../errors.ts";

/** For files that describe a network and hold no weights. */
export function noWeights(name: string): ConvAtlasError {
  return new ConvAtlasError(
    "no-weights",
    `${name} describes a network but holds none of its weights; save the whole model with model.save().`,
  );
}

/** What a person is told of a configuration that does not help. */
export function unusableConfig(name: string): string {
  return `The configuration in ${name} cannot be read, so the layers' order, strides and map sizes are not known.`;
}
