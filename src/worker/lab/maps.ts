import type { Maps } from "./protocol.ts";
import type { OutputValue } from "./session.ts";

export type MapLayout = "channelsFirst" | "channelsLast";

/**
 * Numbers of one picture as maps: four axes in either layout, three ([N, H, W]) as one channel,
 * fewer as channels of 1 x 1. May return the numbers themselves, not copied.
 *
 * @param isBatched false where the first of these axes, the batch, is left out.
 */
export function mapsOf(
  { dimensions: axes, values }: OutputValue,
  layout: MapLayout,
  isBatched = true,
): Maps {
  const dimensions = isBatched ? axes : [1, ...axes];
  if (dimensions.length === 4) {
    const [, first, middle, last] = dimensions;
    return layout === "channelsFirst"
      ? {
          channels: first,
          height: middle,
          width: last,
          values: only(values, first * middle * last),
        }
      : channelsLastMaps(values, first, middle, last);
  }
  if (dimensions.length === 3) {
    const [, height, width] = dimensions;
    return { channels: 1, height, width, values: only(values, height * width) };
  }
  const channels = dimensions.at(-1) ?? 1;
  return { channels, height: 1, width: 1, values: only(values, channels) };
}

/** Of a batch, the first picture. */
function only(values: Float32Array, length: number): Float32Array {
  return values.length === length ? values : values.subarray(0, length);
}

function channelsLastMaps(
  values: Float32Array,
  height: number,
  width: number,
  channels: number,
): Maps {
  const area = height * width;
  if (channels === 1) return { channels, height, width, values: only(values, area) };
  const planes = new Float32Array(channels * area);
  for (let pixel = 0, from = 0; pixel < area; pixel++) {
    for (let channel = 0; channel < channels; channel++) {
      planes[channel * area + pixel] = values[from++];
    }
  }
  return { channels, height, width, values: planes };
}

/** One channel, copied: what leaves the worker does not drag the others along. */
export function channelOf({ height, width, values }: Maps, channel: number): Maps {
  const area = height * width;
  const start = channel * area;
  return { channels: 1, height, width, values: values.slice(start, start + area) };
}
