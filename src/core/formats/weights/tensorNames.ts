/** What the name of a tensor says: the layer it belongs to and its part in it. */
export interface TensorName {
  /** The name without the word for the part: "encoder.0.conv1". */
  readonly stem: string;
  readonly part: "weight" | "bias" | "other";
  /** The word as written, "weight", "kernel", "W"; the last segment where `part` is "other". */
  readonly word: string;
}

/**
 * Words for the weights of a layer: PyTorch, candle, MLX (`weight`), Keras and Flax (`kernel`),
 * TF-Slim (`weights`), Lasagne and Chainer (`W`), Haiku (`w`), Caffe2 (`_w`), Paddle (`w_0`).
 */
const WEIGHT = /^(.+?)[./_](weights?|kernel|filters?|[Ww]|w_0|weight_(?:v|orig))(?::\d+)?$/;
const BIAS = /^(.+?)[./_](bias(?:es)?|[Bb]|b_0)(?::\d+)?$/;

export function parseTensorName(name: string): TensorName {
  const weight = WEIGHT.exec(name);
  if (weight !== null) return { stem: weight[1], part: "weight", word: weight[2] };
  const bias = BIAS.exec(name);
  if (bias !== null) return { stem: bias[1], part: "bias", word: bias[2] };
  return { stem: name, part: "other", word: segmentsOf(name).at(-1) ?? name };
}

/** Modules between dots (PyTorch) or slashes (Keras, Flax, TensorFlow). */
export function segmentsOf(name: string): readonly string[] {
  return name.split(/[./]/).filter((segment) => segment !== "");
}

/** Put in front of all names by DataParallel and by people who save dictionaries of dictionaries. */
const SHARED_WRAPPERS: ReadonlySet<string> = new Set([
  "module",
  "params",
  "state_dict",
  "model_state_dict",
]);

/** Put around single modules by torch.compile, FSDP and activation checkpointing. */
const WRAPPER = /(^|[./])(?:_orig_mod|_fsdp_wrapped_module|_checkpoint_wrapped_module)(?=[./])/g;

/**
 * Names of layers for the stems of a file's tensors, in order: without the segments that
 * wrappers of training put into them.
 */
export function layerNames(stems: readonly string[]): readonly string[] {
  let names = stems.map((stem) => stem.replace(WRAPPER, "").replace(/^[./]/, ""));
  for (;;) {
    const [first = ""] = names[0]?.split(/[./]/) ?? [];
    const isShared = names.every((name) => /^[./]/.test(name.slice(first.length)));
    const isWrapper = SHARED_WRAPPERS.has(first) && names.every((name) => name.startsWith(first));
    if (!isWrapper || !isShared) return names;
    names = names.map((name) => name.slice(first.length + 1));
  }
}

/** What the name says of the kind of convolution. */
export type KindByName = "transposed" | "perhaps transposed" | "depthwise" | null;

const TRANSPOSED = /transpose|transp?_?conv|deconv|up_?conv|tconv|conv_?t($|[._\d])|^tu$/i;
/** A module with nothing else in it: `transp_conv.conv`, unlike `upconv1.conv`. */
const TRANSPOSED_MODULE = /transpose|transp?_?conv/i;
const UPSAMPLING = /(^|_)up($|[_\d])|upsampl|^up[A-Z]/i;
const DEPTHWISE = /depth_?wise|(^|[._/])dw($|[._/\d])|dw_?conv/i;

export function kindByName(layer: string): KindByName {
  if (DEPTHWISE.test(layer)) return "depthwise";
  const [own = layer, outer = ""] = segmentsOf(ownModule(layer)).toReversed();
  if (TRANSPOSED.test(own)) return "transposed";
  if (own === "conv" && TRANSPOSED_MODULE.test(outer)) return "transposed";
  return UPSAMPLING.test(own) ? "perhaps transposed" : null;
}

/**
 * The innermost module of a layer that has a name of its own: `up1.conv` for `up1.conv.3`, which
 * is a plain convolution.
 */
export function ownModule(layer: string): string {
  return layer.replace(/([./]\d+)+$/, "");
}
