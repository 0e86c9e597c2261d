import { halfLetter, roleFromName, usesHalfLetters } from "../../network/layerNames.ts";
import { segmentsOf } from "./tensorNames.ts";

/** What the names of an encoder-decoder network leave open about its order. */
export interface NameOrder {
  /** Stages of the decoder are numbered as those of the encoder: up3, up2, up1. */
  readonly isDecoderDescending: boolean;
  /** Numbers come before words on the way up: upconv4, decoder4, upconv3, decoder3. */
  readonly isDecoderByStage: boolean;
  /** Within a stage of the decoder upsampling comes before the other layers. */
  readonly isUpsamplingFirst: boolean;
}

/** Where in the network a segment of a name belongs. */
type Place = "start" | "down" | "bottom" | "up" | "end";

const PLACES: readonly Place[] = ["start", "down", "bottom", "up", "end"];

interface SegmentKey {
  readonly text: string;
  /** Words and numbers of the segment, in turn. */
  readonly tokens: readonly (string | number)[];
  readonly place: Place | null;
  /** A side branch of a block: the shortcut around it, or what halves the map behind it. */
  readonly isAside: boolean;
}

export type NameKey = readonly SegmentKey[];

const START =
  /^(stem\w{0,9}|inc|init\w{0,9}|in|first|input_(?:conv|layer)\w{0,9}|inconv|conv_?(?:in|first|pre)|patch_embed\w{0,9})\d*$/i;
const END =
  /^(head\w{0,9}|outc|outconv|out|last|final\w{0,9}|tail|classifier|fc\w{0,9}|logits?|output|output_(?:conv|layer)\w{0,9}|conv_?(?:out|last|post)|out_conv|seg(?:mentation)?_head)\d*$/i;
const ASIDE =
  /^(downsampl\w{0,9}|short_?cut\w{0,9}|skip\w{0,9}|identity\w{0,9}|residual\w{0,9}|proj\w{0,9})\d*$/i;

/** Names taken apart once, before they are compared many times. */
export function nameKeys(names: readonly string[]): ReadonlyMap<string, NameKey> {
  const segments = new Map<string, SegmentKey>();
  const hasLetters = usesHalfLetters(names.map((name) => segmentsOf(name).join(".")));
  // Super-resolution networks call their first layer "head" and their last one "tail".
  const hasTail = names.some((name) => segmentsOf(name).includes("tail"));
  const keyOf = (text: string): SegmentKey => {
    const known = segments.get(text) ?? segmentKey(text, hasLetters, hasTail);
    segments.set(text, known);
    return known;
  };
  return new Map(names.map((name) => [name, segmentsOf(name).map(keyOf)]));
}

function segmentKey(text: string, hasLetters: boolean, hasTail: boolean): SegmentKey {
  const stage = hasLetters ? /^([ed])(\d)(\d)$/.exec(text) : null;
  const tokens =
    stage !== null
      ? [stage[1], Number(stage[2]), Number(stage[3])]
      : (text.match(/\d+|[A-Za-z]+/g) ?? []).map((token) =>
          /\d/.test(token) ? Number(token) : token.toLowerCase(),
        );
  const place = placeOf(text, hasLetters, hasTail);
  return { text, tokens, place, isAside: ASIDE.test(text) };
}

function placeOf(text: string, hasLetters: boolean, hasTail: boolean): Place | null {
  if (hasTail && text === "head") return "start";
  if (START.test(text)) return "start";
  if (END.test(text)) return "end";
  const role = roleFromName(text) ?? (hasLetters ? halfLetter(text) : null);
  switch (role) {
    case "encoder":
      return "down";
    case "bottleneck":
      return "bottom";
    case "decoder":
      return "up";
    case null:
      return null;
  }
}

/** Negative if the first name's layer comes first. */
export function compareNames(one: NameKey, other: NameKey, order: NameOrder): number {
  let isWithinStage = false;
  let isListOfStages = false;
  for (let depth = 0; depth < Math.max(one.length, other.length); depth += 1) {
    const [first, second] = [one[depth], other[depth]];
    if (first === undefined || second === undefined) return one.length - other.length;
    if (first.text !== second.text) {
      const byPlace = isWithinStage
        ? rankInStage(first, order) - rankInStage(second, order)
        : rank(first) - rank(second);
      if (byPlace !== 0) return byPlace;
      if (isListOfStages && order.isDecoderDescending)
        return naturally(second.tokens, first.tokens);
      return compareTokens(first, second, isWithinStage, order);
    }
    isWithinStage ||= first.place !== null || depth >= 1;
    // In `decoder.up.3` the numbers are stages, in `upconv3.0` they are not.
    isListOfStages =
      first.place === "up" && first.tokens.every((token) => typeof token === "string");
  }
  return 0;
}

/** Layers that say nothing stand with the encoder, the first of which often has no name. */
function rank({ place }: SegmentKey): number {
  return PLACES.indexOf(place ?? "down");
}

function rankInStage({ place, isAside }: SegmentKey, { isUpsamplingFirst }: NameOrder): number {
  if (isAside) return 1;
  if (place === "up") return isUpsamplingFirst ? -1 : 2;
  return 0;
}

function compareTokens(
  first: SegmentKey,
  second: SegmentKey,
  isWithinStage: boolean,
  order: NameOrder,
): number {
  const isWayUp = !isWithinStage && first.place === "up" && second.place === "up";
  if (!isWayUp) return naturally(first.tokens, second.tokens);
  const [stage, otherStage] = [stageOf(first), stageOf(second)];
  const byStage = order.isDecoderDescending ? otherStage - stage : stage - otherStage;
  if (order.isDecoderByStage && byStage !== 0) return byStage;
  const byWord = naturally(wordsOf(first), wordsOf(second));
  if (byWord !== 0) return order.isDecoderByStage ? upsamplingFirst(first, second, byWord) : byWord;
  return byStage !== 0 ? byStage : naturally(first.tokens, second.tokens);
}

/** Of two words for the way up (`decoder`, `upconv`) that of the upsampling comes first. */
function upsamplingFirst(first: SegmentKey, second: SegmentKey, byWord: number): number {
  const isUp = ({ text }: SegmentKey) => /^(up|deconv|trans)/i.test(text);
  return isUp(first) === isUp(second) ? byWord : isUp(first) ? -1 : 1;
}

function stageOf({ tokens }: SegmentKey): number {
  return tokens.find((token) => typeof token === "number") ?? 0;
}

function wordsOf({ tokens }: SegmentKey): readonly string[] {
  const firstNumber = tokens.findIndex((token) => typeof token === "number");
  const words = firstNumber < 0 ? tokens : tokens.slice(0, firstNumber);
  return words.filter((token) => typeof token === "string");
}

/** Numbers by value (conv2 before conv10) and before words, words by their letters. */
function naturally(
  first: readonly (string | number)[],
  second: readonly (string | number)[],
): number {
  for (let at = 0; at < Math.min(first.length, second.length); at += 1) {
    const [one, other] = [first[at], second[at]];
    if (one === other) continue;
    if (typeof one === "number" && typeof other === "number") return one - other;
    if (typeof one === "number") return -1;
    if (typeof other === "number") return 1;
    return one < other ? -1 : 1;
  }
  return first.length - second.length;
}
