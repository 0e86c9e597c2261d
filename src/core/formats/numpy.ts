import type { ByteSource } from "../bytes/byteSource.ts";
import { ConvAtlasError, throwIfCancelled } from "../errors.ts";
import type { Network } from "../network/network.ts";
import type { ModelFormat, ReadContext } from "./format.ts";
import { type ArrayHeader, startsArray } from "./numpy/arrayHeader.ts";
import { arrayTensor, readArrayHeader } from "./numpy/arrays.ts";
import { objectTensors } from "./numpy/objectArrays.ts";
import { assembleWeights } from "./weights/assembleWeights.ts";
import type { NamedTensor } from "./weights/namedTensor.ts";
import { looksLikeZip, openZip } from "./zip/zipArchive.ts";

const ENDING = ".npy";

/** Each has a header to be read; networks have some thousand arrays. */
const MAX_ARRAYS = 10_000;

/** Arrays that NumPy saved: one (.npy) or a zip archive of several (.npz). */
export const numpyFormat: ModelFormat = {
  id: "numpy",
  async matches(source) {
    if (startsArray(await source.slice(0, Math.min(6, source.byteLength)))) return true;
    if (!(await looksLikeZip(source))) return false;
    const { members } = await openZip(source);
    return members.length > 0 && members.every(({ path }) => path.endsWith(ENDING));
  },
  async read(context) {
    const isArchive = await looksLikeZip(context.source);
    const arrays = isArchive ? await archivedArrays(context) : [await singleArray(context.source)];
    return readNetwork(arrays, context);
  },
};

/** An array whose header has been read. */
interface FoundArray {
  readonly name: string;
  readonly header: ArrayHeader;
  readonly open: () => Promise<ByteSource>;
}

async function singleArray(source: ByteSource): Promise<FoundArray> {
  const readHead = (bytes: number) => source.slice(0, Math.min(bytes, source.byteLength));
  const header = await readArrayHeader(readHead, source.byteLength, source.name);
  return { name: withoutEnding(source.name), header, open: async () => source };
}

async function archivedArrays({ source, signal }: ReadContext): Promise<readonly FoundArray[]> {
  const archive = await openZip(source);
  if (archive.members.length > MAX_ARRAYS) throw tooManyArrays(source.name);
  const arrays: FoundArray[] = [];
  for (const member of archive.members) {
    throwIfCancelled(signal);
    const readHead = (bytes: number) => archive.head(member, bytes);
    const name = `“${member.path}” in ${source.name}`;
    const header = await readArrayHeader(readHead, member.byteLength, name);
    const open = () => archive.open(member);
    arrays.push({ name: withoutEnding(member.path), header, open });
  }
  return arrays;
}

function withoutEnding(path: string): string {
  return path.endsWith(ENDING) ? path.slice(0, -ENDING.length) : path;
}

async function readNetwork(arrays: readonly FoundArray[], context: ReadContext): Promise<Network> {
  const pickled = arrays.filter(({ header }) => header.element.isPickled);
  const plain = arrays.filter(({ header }) => !header.element.isPickled);
  const tensors = plain.map((array) => arrayTensor(array.name, array.header, array.open));
  const warnings: string[] = [];
  if (tensors.some(mayBeKernels)) {
    warnings.push(...pickled.map(({ name }) => `${name} holds Python objects and was left out.`));
  } else {
    for (const array of pickled) {
      const inner = await innerTensors(array, arrays.length > 1, context.signal);
      tensors.push(...inner.tensors);
      warnings.push(...inner.warnings);
    }
  }
  const guessed = plain.filter(({ header }) => header.element.isGuessed);
  if (guessed.length > 0) {
    warnings.push(
      `The file does not say what the two-byte numbers of ${guessed[0].name} are; they were read as bfloat16.`,
    );
  }
  const assembled = await assembleWeights(tensors, "unknown", context, "unknown");
  return {
    format: "numpy",
    producer: null,
    graph: null,
    ...assembled,
    warnings: [...warnings, ...assembled.warnings],
  };
}

/** The arrays within one array of objects, under its name where there are others. */
async function innerTensors(
  { name, header, open }: FoundArray,
  isNamed: boolean,
  signal: AbortSignal,
) {
  const { tensors, warnings } = await objectTensors(await open(), header.dataStart, signal);
  if (!isNamed) return { tensors, warnings };
  return {
    tensors: tensors.map((tensor) => ({ ...tensor, name: `${name}.${tensor.name}` })),
    warnings,
  };
}

function mayBeKernels({ shape, isFloat }: NamedTensor): boolean {
  return isFloat && shape.length >= 3;
}

function tooManyArrays(name: string): ConvAtlasError {
  return new ConvAtlasError(
    "too-large",
    `${name} holds more than ${MAX_ARRAYS} arrays, which no network has; check that it is the right file.`,
  );
}
