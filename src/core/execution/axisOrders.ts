/** From (N,H,W,C) to (N,C,H,W): axis i of the result is axis TO_CHANNELS_FIRST[i] of the other. */
export const TO_CHANNELS_FIRST = [0, 3, 1, 2] as const;
/** And back; also where each axis of (N,H,W,C) stands in (N,C,H,W). */
export const TO_CHANNELS_LAST = [0, 2, 3, 1] as const;
