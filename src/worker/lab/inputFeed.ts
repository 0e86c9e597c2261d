import type { InputArray } from "../../core/images/preparedInput.ts";
import type { NetworkInput } from "../../core/images/preprocessing.ts";
import type { Feeds } from "./feeds.ts";

/** A picture as a network takes it: its numbers, in the input's layout and element type. */
export interface FedPicture {
  readonly values: InputArray;
  readonly height: number;
  readonly width: number;
}

/** The image input of a network, and how many pictures it asks for at once. */
export interface BatchInput extends NetworkInput {
  /** 1 unless the file fixes another number: then each gets the same picture, and one answer counts. */
  readonly batch: number;
}

/** The image input of a model. */
export function inputFeed(input: BatchInput, { values, height, width }: FedPicture): Feeds {
  const { name, layout, channels, batch } = input;
  const dimensions =
    layout === "channelsFirst"
      ? [batch, channels, height, width]
      : [batch, height, width, channels];
  return { [name]: { values: () => repeated(values, batch), dimensions, madeOf: null } };
}

function repeated(values: InputArray, times: number): InputArray {
  if (times === 1) return values;
  const all = new (values.constructor as new (length: number) => InputArray)(values.length * times);
  for (let start = 0; start < all.length; start += values.length) all.set(values, start);
  return all;
}
