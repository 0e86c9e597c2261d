/** Channels one after the other, of equal size. */
export interface ChannelMaps {
  readonly channels: number;
  readonly values: Float32Array;
}

/** One channel of maps; a view, not a copy. */
export function channelOf({ channels, values }: ChannelMaps, channel: number): Float32Array {
  const size = values.length / channels;
  return values.subarray(channel * size, (channel + 1) * size);
}
