import type { Picture } from "../../core/images/image.ts";
import { type InputArray, preparedInput, preparedMaps } from "../../core/images/preparedInput.ts";
import type { NetworkInput, Preprocessing } from "../../core/images/preprocessing.ts";
import type { FedPicture } from "./inputFeed.ts";
import type { Maps, SliceRef } from "./protocol.ts";

/** One slice as a network takes it. */
export interface PreparedSlice {
  /** Tells it from any other: the slice, and how it was prepared. */
  readonly key: string;
  /** In the layout and element type of the network's input. */
  readonly values: InputArray;
  /** The same to look at. */
  readonly maps: Maps;
}

export function preparedSlice(
  { image, plane, index }: SliceRef,
  picture: Picture,
  input: NetworkInput,
  preprocessing: Preprocessing,
): PreparedSlice {
  const { channels, elements, layout } = input;
  const { height, width } = preprocessing;
  const maps = preparedMaps(picture, preprocessing, channels);
  const isAlike = elements === "float32" && (layout === "channelsFirst" || channels === 1);
  return {
    key: JSON.stringify([image, plane, index, preprocessing]),
    values: isAlike ? maps : preparedInput(picture, preprocessing, input),
    maps: { channels, height, width, values: maps },
  };
}

/** What of a slice the network is given. */
export function fedPicture({ values, maps: { height, width } }: PreparedSlice): FedPicture {
  return { values, height, width };
}
