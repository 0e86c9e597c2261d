import { throwIfCancelled } from "../../errors.ts";
import { malformedTflite, tooLargeTflite, truncatedTflite } from "./errors.ts";
import type { ByteRange, FlatBuffer, FlatTable, TableList } from "./flatBuffer.ts";
import {
  elementsOf,
  type TfliteModel,
  type TfliteOperator,
  type TfliteSubgraph,
  type TfliteTensor,
} from "./model.ts";
import { operatorName } from "./operatorCodes.ts";

/** Axes of a tensor; TensorFlow Lite itself stops at eight. */
const MAX_RANK = 32;
/** Subgraphs of one file: signatures, branches and loop bodies, a few dozen at most. */
const MAX_SUBGRAPHS = 1000;
/** Descriptions are a few words, versions shorter. */
const LONGEST_PRODUCER = 256;
/** `offset` of a Buffer is valid beyond this value only (schema.fbs). */
const NO_OFFSET = 1;

/**
 * Reads the structure of a model; the numbers of its tensors stay in the file.
 * @throws ConvAtlasError `truncated`, `malformed`, `too-large` or `cancelled`.
 */
export async function parseModel(buffer: FlatBuffer, signal: AbortSignal): Promise<TfliteModel> {
  const root = await buffer.root();
  const codes = await readOperatorCodes(await root.tables(1), signal);
  const graphs = await root.tables(2);
  const buffers = await root.tables(4);
  if (graphs.length > MAX_SUBGRAPHS) {
    throw tooLargeTflite(buffer.source, `it has ${graphs.length} subgraphs`);
  }
  const subgraphs: TfliteSubgraph[] = [];
  for (let index = 0; index < graphs.length; index += 1) {
    subgraphs.push(await readSubgraph(await graphs.at(index), codes, buffer, signal));
  }
  const dataRange = async (index: number) =>
    index === 0 || index >= buffers.length ? null : rangeOf(await buffers.at(index), buffer);
  return {
    producer: await readProducer(root, dataRange, buffer),
    subgraphs,
    dataOf: (tensor) => dataRange(tensor.buffer),
  };
}

async function readOperatorCodes(list: TableList, signal: AbortSignal): Promise<readonly string[]> {
  const names: string[] = [];
  for (let index = 0; index < list.length; index += 1) {
    throwIfCancelled(signal);
    const code = await list.at(index);
    // The first field is a byte and holds 127 for the numbers that it cannot.
    const builtin = operatorName(Math.max(code.int8(0), code.int32(3)));
    // A custom operator may call itself like a builtin one, and is none.
    names.push(builtin === "CUSTOM" ? `custom ${await code.text(1)}` : builtin);
  }
  return names;
}

async function readSubgraph(
  table: FlatTable,
  codes: readonly string[],
  buffer: FlatBuffer,
  signal: AbortSignal,
): Promise<TfliteSubgraph> {
  const tensors: TfliteTensor[] = [];
  const tensorList = await table.tables(0);
  for (let index = 0; index < tensorList.length; index += 1) {
    throwIfCancelled(signal);
    tensors.push(await readTensor(await tensorList.at(index), buffer));
  }
  const operators: TfliteOperator[] = [];
  const operatorList = await table.tables(3);
  for (let index = 0; index < operatorList.length; index += 1) {
    throwIfCancelled(signal);
    operators.push(await readOperator(await operatorList.at(index), codes, tensors.length, buffer));
  }
  const inputs = await table.int32s(1);
  checkIndexes(inputs, tensors.length, buffer);
  return { tensors, inputs, outputs: await table.int32s(2), operators };
}

async function readTensor(table: FlatTable, buffer: FlatBuffer): Promise<TfliteTensor> {
  const shape = await table.int32s(0);
  const signature = await table.int32s(7);
  const name = await table.text(3);
  const isShape =
    shape.length <= MAX_RANK &&
    shape.every((length) => length >= 0) &&
    Number.isSafeInteger(elementsOf(shape));
  if (!isShape) {
    throw malformedTflite(
      buffer.source,
      "one of its tensors has an impossible shape",
      `${name}: ${shape.slice(0, MAX_RANK).join(" x ")}`,
    );
  }
  const stated = signature.length === shape.length ? signature : shape;
  return {
    name,
    shape,
    dimensions: stated.map((length) => (length > 0 ? length : null)),
    type: table.int8(1),
    buffer: table.uint32(2),
    quantization: await table.table(4),
    isSparse: table.has(6),
  };
}

async function readOperator(
  table: FlatTable,
  codes: readonly string[],
  tensorCount: number,
  buffer: FlatBuffer,
): Promise<TfliteOperator> {
  const operator = codes[table.uint32(0)];
  if (operator === undefined) {
    throw malformedTflite(buffer.source, "one of its operators is of a kind that it does not list");
  }
  const inputs = await table.int32s(1);
  const outputs = await table.int32s(2);
  checkIndexes(inputs, tensorCount, buffer);
  checkIndexes(outputs, tensorCount, buffer);
  return { operator, inputs, outputs, options: await table.table(4) };
}

function checkIndexes(
  indexes: readonly number[],
  tensorCount: number,
  { source }: FlatBuffer,
): void {
  const wrong = indexes.find((index) => index < -1 || index >= tensorCount);
  if (wrong === undefined) return;
  throw malformedTflite(source, "it names a tensor that it does not have", `tensor ${wrong}`);
}

/** The bytes of a Buffer, inside the FlatBuffer or, in files above 2 GB, behind it. */
async function rangeOf(table: FlatTable, { source }: FlatBuffer): Promise<ByteRange | null> {
  const start = table.uint64(1);
  if (start <= NO_OFFSET) {
    const inside = await table.bytes(0);
    return inside === null || inside.end === inside.start ? null : inside;
  }
  const size = table.uint64(2);
  const end = start + size;
  if (!Number.isSafeInteger(end)) {
    throw malformedTflite(source, "it points to places that no file has", `byte ${end}`);
  }
  if (end > source.byteLength) throw truncatedTflite(source, end, `weights at byte ${start}`);
  return size === 0 ? null : { start, end };
}

/** The description and the runtime that the file asks for, which tells the converter's age. */
async function readProducer(
  root: FlatTable,
  dataRange: (buffer: number) => Promise<ByteRange | null>,
  buffer: FlatBuffer,
): Promise<string | null> {
  const description = (await root.text(3)).replace(/\s+Converted\.?$/, " converter").trim();
  const parts = description.length > LONGEST_PRODUCER ? [] : [description];
  const entries = await root.tables(6);
  for (let index = 0; index < entries.length; index += 1) {
    const entry = await entries.at(index);
    if ((await entry.text(0)) !== "min_runtime_version") continue;
    const range = await dataRange(entry.uint32(1));
    if (range === null || range.end - range.start > LONGEST_PRODUCER) break;
    const view = await buffer.view(range.start, range.end - range.start);
    const version = new TextDecoder().decode(view).replace(/\0+$/, "");
    if (/^[\w.+-]+$/.test(version)) parts.push(`for TensorFlow Lite ${version} or later`);
    break;
  }
  const producer = parts.filter((part) => part !== "").join(" ");
  return producer === "" ? null : producer;
}
