import type { ValueWindow } from "../../core/images/image.ts";
import { channelOf } from "../../core/maps/channelMaps.ts";
import type { Maps } from "../../worker/lab/protocol.ts";
import { mapPixels, type Pixels, rangeOf } from "./drawPicture.ts";
import type { OutputChoice } from "./labState.ts";
import { type OutputReading, sigmoid } from "./outputReading.ts";

/** An output as a picture of its own values, and which of them are black and white. */
export interface OutputPicture {
  readonly pixels: Pixels;
  readonly window: ValueWindow;
}

/** Probabilities keep their whole scale: faint ones must not look like certain ones. */
const WHOLE_SCALE: ValueWindow = { low: 0, high: 1 };

/** One channel in grey, after the sigmoid where it is shown so. */
export function channelPicture(
  maps: Maps,
  { channel, showsSigmoid }: Pick<OutputChoice, "channel" | "showsSigmoid">,
  { isProbability }: Pick<OutputReading, "isProbability">,
): OutputPicture {
  const own = channelOf(maps, channel);
  const values = showsSigmoid ? own.map(sigmoid) : own;
  const window = showsSigmoid || isProbability ? WHOLE_SCALE : rangeOf(values);
  const { width, height } = maps;
  return { pixels: mapPixels({ channels: 1, width, height, values }, window), window };
}

/** Three channels as red, green and blue: of networks that make pictures. */
export function colourPicture(
  maps: Maps,
  { isNearUnit }: Pick<OutputReading, "isNearUnit">,
): OutputPicture {
  const window = isNearUnit ? WHOLE_SCALE : rangeOf(maps.values);
  return { pixels: mapPixels(maps, window), window };
}
