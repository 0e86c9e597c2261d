import { ConvAtlasError } from "../../core/errors.ts";
import type { ExecutableNetwork } from "../../core/execution/executable.ts";
import type { NetworkInput } from "../../core/images/preprocessing.ts";
import type { Network } from "../../core/network/network.ts";
import type { BatchInput } from "./inputFeed.ts";
import type { MapLayout } from "./maps.ts";
import type { LabOutput } from "./protocol.ts";
import type { ValueDescription } from "./session.ts";

/** Grey, grey and opacity, colour, colour and opacity: what one picture can fill. */
const CHANNELS_AT_MOST = 4;

/** Each picture of a fixed batch takes as long as the one that is looked at. */
const BATCH_AT_MOST = 16;

/** Names of inputs in a sentence. */
const INPUTS_NAMED = 3;

const INPUT_TYPES: ReadonlySet<string> = new Set<NetworkInput["elements"]>([
  "float32",
  "float16",
  "float64",
  "uint8",
  "int8",
  "int32",
]);

function isInputType(type: string | null): type is NetworkInput["elements"] {
  return type !== null && INPUT_TYPES.has(type);
}

/**
 * The one image that a network takes.
 *
 * @param inputs those of the running model that are no weights.
 * @throws ConvAtlasError `cannot-run` where it takes something else.
 */
export function networkInput(
  inputs: readonly ValueDescription[],
  executable: Pick<ExecutableNetwork, "convolutions">,
  network: Pick<Network, "graph" | "layers">,
): BatchInput {
  if (inputs.length !== 1) throw severalInputs(inputs);
  const [{ name, type, dimensions }] = inputs;
  if (dimensions.length !== 4 || !isInputType(type)) throw noImage(inputs[0]);
  const batch = dimensions[0] ?? 1;
  if (batch < 1 || batch > BATCH_AT_MOST) {
    throw cannotRun(
      `This network takes ${batch} pictures at once, and the lab gives it one; export it with an open batch axis, or with one of length 1.`,
    );
  }
  const layout = inputLayout(inputs[0], executable, network);
  const [channels, height, width] =
    layout === "channelsFirst"
      ? [dimensions[1], dimensions[2], dimensions[3]]
      : [dimensions[3], dimensions[1], dimensions[2]];
  const known = channels ?? network.layers[0]?.inChannels ?? 1;
  if (known > CHANNELS_AT_MOST) {
    throw cannotRun(
      `This network takes images of ${known} channels, and a picture fills at most ${CHANNELS_AT_MOST}; the lab runs networks that take grey or colour images.`,
    );
  }
  return { name, elements: type, layout, channels: known, height, width, batch };
}

/** Where an image's channels stand: the file says it by what takes it, or by the lengths of its axes. */
function inputLayout(
  { name, dimensions }: ValueDescription,
  executable: Pick<ExecutableNetwork, "convolutions">,
  network: Pick<Network, "graph">,
): MapLayout {
  const taker = executable.convolutions.find(({ input }) => input === name);
  if (taker !== undefined) return taker.maps;
  const isFew = (length: number | null) => length !== null && length <= CHANNELS_AT_MOST;
  const [, first, , last] = dimensions;
  if (isFew(first) !== isFew(last)) return isFew(first) ? "channelsFirst" : "channelsLast";
  return network.graph?.layout ?? "channelsFirst";
}

/** An output that can be shown, and how its numbers lie. */
export interface ShownOutput extends LabOutput {
  readonly layout: MapLayout;
  /** False where a network squeezes the batch axis out of its answer. */
  readonly isBatched: boolean;
}

/**
 * An output as the lab shows it; null where it is neither a map nor a list of numbers, or where
 * too much of its axes is open.
 */
export function shownOutput(
  { name, type, dimensions: axes }: ValueDescription,
  input: BatchInput,
): ShownOutput | null {
  if (type === null || type === "string") return null;
  const isBatched = !isSinglePicture(axes, input);
  const dimensions = isBatched ? axes : [1, ...axes];
  if (dimensions.length === 4) {
    const layout = outputLayout(dimensions, input);
    const channels = dimensions[layout === "channelsFirst" ? 1 : 3];
    if (channels === null) return null;
    const [height, width] =
      layout === "channelsFirst" ? dimensions.slice(2) : dimensions.slice(1, 3);
    const kind = height === 1 && width === 1 ? "vector" : "map";
    return { name, kind, channels, layout, isBatched };
  }
  const { layout } = input;
  if (dimensions.length === 3) return { name, kind: "map", channels: 1, layout, isBatched };
  const channels = dimensions.at(-1) ?? null;
  if (dimensions.length < 1 || dimensions.length > 2 || channels === null) return null;
  return { name, kind: "vector", channels, layout, isBatched };
}

/**
 * Whether an output has no batch axis: two axes of it, of two or three, have the input's
 * proportions, and the first is not as long as the batch.
 */
function isSinglePicture(axes: readonly (number | null)[], input: BatchInput): boolean {
  const [first, middle, last] = axes;
  if (axes.length < 2 || axes.length > 3 || first === null || first === input.batch) return false;
  if (axes.length === 2) return isAlike(first, middle, input);
  return isAlike(middle, last, input) || isAlike(first, middle, input);
}

/** Whether two axes have the proportions of the input. */
function isAlike(
  down: number | null,
  across: number | null,
  { height, width }: Pick<NetworkInput, "height" | "width">,
): boolean {
  const isKnown = down !== null && across !== null && height !== null && width !== null;
  return isKnown && down * width === across * height;
}

/** Whether a run may show that it can be shown, though its description does not. */
export function isOpen({ type, dimensions }: ValueDescription): boolean {
  return type !== null && (dimensions.length === 0 || dimensions.includes(null));
}

/**
 * Where an output's channels stand: the two other axes have the input's proportions. Else, of two
 * equal axes and one that differs, the one that differs.
 */
function outputLayout(
  [, first, middle, last]: readonly (number | null)[],
  input: NetworkInput,
): MapLayout {
  const isFirst = isAlike(middle, last, input);
  if (isFirst !== isAlike(first, middle, input)) return isFirst ? "channelsFirst" : "channelsLast";
  if (first === middle && last !== middle) return "channelsLast";
  if (middle === last && first !== middle) return "channelsFirst";
  return input.layout;
}

function severalInputs(inputs: readonly ValueDescription[]): ConvAtlasError {
  if (inputs.length === 0) {
    return cannotRun("This network takes no input, so there is nothing to run it on.");
  }
  const names = inputs.slice(0, INPUTS_NAMED).map(({ name }) => name);
  const rest = inputs.length - names.length;
  const more = rest > 0 ? ` and ${rest} more` : "";
  return cannotRun(
    `This network takes ${inputs.length} inputs (${names.join(", ")}${more}), and the lab gives it one image; its kernels can be looked at all the same.`,
  );
}

function noImage({ type, dimensions }: ValueDescription): ConvAtlasError {
  const axes = dimensions.map((length) => length ?? "open").join(" x ");
  const found = type === null ? "no numbers" : `${axes || "an unknown number of"} ${type} numbers`;
  return cannotRun(
    `This network's input is no 2-D image (${found}); the lab runs networks that take one picture with its channels.`,
  );
}

function cannotRun(message: string): ConvAtlasError {
  return new ConvAtlasError("cannot-run", message);
}
