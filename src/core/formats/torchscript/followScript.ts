import type { ByteSource } from "../../bytes/byteSource.ts";
import { ConvAtlasError, throwIfCancelled } from "../../errors.ts";
import type { Graph } from "../../network/graph.ts";
import { itemsOf, PickledObject, type PickledValue } from "../pickle/values.ts";
import { readTensor, tensorFault } from "../pytorch/readTensor.ts";
import type { TorchFile } from "../pytorch/torchFile.ts";
import { elementsOf, StoredTensor } from "../pytorch/torchTensor.ts";
import type { ZipArchive } from "../zip/zipArchive.ts";
import { CannotFollow } from "./cannotFollow.ts";
import { Interpreter } from "./interpreter.ts";
import { Program } from "./program.ts";
import { type ConvolutionUse, ScriptGraph } from "./scriptGraph.ts";

/** The program of a TorchScript file. */
export interface TorchScript {
  readonly archive: ZipArchive;
  /** Where its code lies in the archive, with a slash at the end. */
  readonly codeFolder: string;
  /** The network as an object: its modules and their attributes. */
  readonly network: PickledValue;
  /** Reads the tensors and objects that the code names by number; always the same ones. */
  readonly openConstants: () => Promise<ScriptConstants>;
}

export type ScriptConstants = Pick<TorchFile, "name" | "content" | "files">;

/** What the code of a network does, as far as its maps go. */
export interface FollowedScript {
  readonly graph: Graph;
  /** Convolutions in the order in which they are applied. */
  readonly uses: readonly ConvolutionUse[];
  /** The file that its constants lie in. */
  readonly constants: ScriptConstants;
}

/** Code of all modules; the largest networks in use have some 2 MB. */
const MAX_CODE_BYTES = 16 * 1024 * 1024;
const MAX_CODE_FILES = 20_000;

/** Constants in arithmetic with sizes are single numbers or pairs. */
const MAX_NUMBERS = 4;
const MAX_NUMBER_TENSORS = 10_000;

/**
 * Follows the code of a TorchScript network; null if it cannot be followed, so that only the
 * weights tell of the network.
 * @throws ConvAtlasError `cancelled`
 */
export async function followScript(
  script: TorchScript,
  signal: AbortSignal,
): Promise<FollowedScript | null> {
  try {
    return await follow(script, signal);
  } catch (thrown) {
    throwIfCancelled(signal);
    if (thrown instanceof CannotFollow || thrown instanceof ConvAtlasError) return null;
    throw thrown;
  }
}

async function follow(
  { archive, codeFolder, network, openConstants }: TorchScript,
  signal: AbortSignal,
): Promise<FollowedScript> {
  if (!(network instanceof PickledObject)) throw new CannotFollow("no network");
  const program = new Program(await codeOf(archive, codeFolder, signal));
  const constants = await openConstants();
  const items = itemsOf(constants.content) ?? [];
  const graph = new ScriptGraph(await numbersOf(items, constants, signal));
  new Interpreter(program, graph, items).followForward(network);
  const { nodes, uses } = graph;
  if (uses.length === 0) throw new CannotFollow("no convolution");
  return { graph: { layout: "channelsFirst", nodes }, uses, constants };
}

async function codeOf(
  archive: ZipArchive,
  folder: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const members = archive.members.filter(
    ({ path }) => path.startsWith(folder) && path.endsWith(".py"),
  );
  const bytes = members.reduce((sum, { byteLength }) => sum + byteLength, 0);
  if (members.length > MAX_CODE_FILES || bytes > MAX_CODE_BYTES) {
    throw new CannotFollow("more code than any network has");
  }
  const texts = new Map<string, string>();
  for (const member of members) {
    throwIfCancelled(signal);
    texts.set(member.path.slice(folder.length), await textOf(await archive.open(member)));
  }
  return texts;
}

async function textOf(source: ByteSource): Promise<string> {
  return new TextDecoder().decode(await source.slice(0, source.byteLength));
}

/** The numbers of the constants that arithmetic with sizes may take. */
async function numbersOf(
  constants: readonly PickledValue[],
  file: ScriptConstants,
  signal: AbortSignal,
): Promise<ReadonlyMap<StoredTensor, readonly number[]>> {
  const numbers = new Map<StoredTensor, readonly number[]>();
  for (const constant of constants) {
    const isShort =
      constant instanceof StoredTensor &&
      constant.shape.length <= 1 &&
      elementsOf(constant.shape) <= MAX_NUMBERS;
    const place = isShort ? constant.locate() : null;
    if (!isShort || place === null || numbers.size >= MAX_NUMBER_TENSORS) continue;
    throwIfCancelled(signal);
    if (tensorFault(place, file.files.byteLengthOf(place.storage)) !== null) continue;
    numbers.set(constant, Array.from(await readTensor("constant", place, file)));
  }
  return numbers;
}
