import type { Role } from "./structure.ts";

type NamedRole = Exclude<Role, "other">;

/** Words of layer names, as authors of encoder-decoder networks write them. */
const WORDS: readonly (readonly [role: NamedRole, word: RegExp])[] = [
  ["bottleneck", /^(bottleneck\w*|bridge|cent(er|re)|middle|mid|latent)$/],
  ["encoder", /^(enc|encod\w*|down|down(sampl|conv|block|scal|path)\w*|contract\w*)$/],
  ["decoder", /^(dec|decod\w*|deconv\w*|up|up(sampl|conv|block|scal|path)\w*|expan(d|ding|sive))$/],
];

/**
 * The half of the network that a layer's own name claims; null if it claims none. The
 * outermost word counts: `decoder.center` is part of the decoder, `conv_up1` of the decoder,
 * `conv2d_7` of nothing.
 */
export function roleFromName(name: string): NamedRole | null {
  const words = name
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .split(/[^A-Za-z]+/)
    .map((word) => word.toLowerCase());
  for (const word of words) {
    for (const [role, pattern] of WORDS) if (pattern.test(word)) return role;
  }
  return null;
}
