import type { Role } from "../../core/network/structure.ts";

/** Each technical word with a plain one beside it; shorter where there is less room. */
export const ROLE_HEADINGS: Readonly<Record<Role, readonly [string, ...string[]]>> = {
  encoder: ["Encoder: the half that shrinks the image", "Encoder: shrinks it", "Encoder"],
  bottleneck: ["Bottleneck: the smallest maps", "Bottleneck"],
  decoder: ["Decoder: the half that grows it back", "Decoder: grows it back", "Decoder"],
  other: ["Other layers"],
};
