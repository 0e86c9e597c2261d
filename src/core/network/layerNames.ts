import type { Role } from "./structure.ts";

type NamedRole = Exclude<Role, "other">;

/** Words of layer names, as authors of encoder-decoder networks write them. */
const WORDS: readonly (readonly [role: NamedRole, word: RegExp])[] = [
  ["bottleneck", /^(bottleneck\w*|bridge|cent(er|re)|middle|mid|latent)$/],
  ["encoder", /^(enc|encs|encod\w*|downs?|down(sampl|conv|block|scal|path)\w*|contract\w*)$/],
  [
    "decoder",
    /^(dec|decs|decod\w*|deconv\w*|ups?|up(sampl|conv|block|scal|path)\w*|expan(d|ding|sive))$/,
  ],
];

/** Modules that libraries name without such a word: nnU-Net's first version, diffusion models. */
const MODULES: ReadonlyMap<string, NamedRole> = new Map([
  ["conv_blocks_context", "encoder"],
  ["conv_blocks_localization", "decoder"],
  ["tu", "decoder"],
  ["input_blocks", "encoder"],
  ["output_blocks", "decoder"],
]);

/**
 * The half of the network that a layer's own name claims; null if it claims none. The
 * outermost word counts: `decoder.center` is part of the decoder, `conv_up1` of the decoder,
 * `conv2d_7` of nothing.
 */
export function roleFromName(name: string): NamedRole | null {
  for (const module of name.split(/[./]/)) {
    const known = MODULES.get(module);
    if (known !== undefined) return known;
    for (const word of wordsOf(module)) {
      for (const [role, pattern] of WORDS) if (pattern.test(word)) return role;
    }
  }
  return null;
}

/**
 * Whether the names of a network use the bare letters e and d (e11, e12, ..., d41, d42) for
 * its halves: one of them alone may mean anything.
 */
export function usesHalfLetters(names: readonly string[]): boolean {
  const letters = new Set(names.map(halfLetter));
  return letters.has("encoder") && letters.has("decoder");
}

/** The half that a name's first letter claims, in networks that use such letters. */
export function halfLetter(name: string): NamedRole | null {
  const [, letter] = /^(?:.*\.)?([ed])\d+(?:[._].*)?$/.exec(name) ?? [];
  return letter === undefined ? null : letter === "e" ? "encoder" : "decoder";
}

/** The first number behind a word of the name: stage 2 in `encoder.2.conv1` or `down2.conv`. */
export function stageNumber(name: string): number | null {
  const [, digits] = /[A-Za-z][._]?(\d+)/.exec(name) ?? [];
  return digits === undefined ? null : Number(digits);
}

function wordsOf(name: string): readonly string[] {
  return name
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .split(/[^A-Za-z]+/)
    .map((word) => word.toLowerCase());
}
