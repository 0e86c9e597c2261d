import { join } from "./onnxWriter.ts";
import type { Files } from "./readModel.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** A weight for the manifest and its numbers as they are stored: float16 as bits. */
export interface WrittenWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype?: string;
  readonly quantization?: Readonly<Record<string, unknown>>;
  readonly group?: "model" | "optimizer";
  readonly values?: readonly number[];
  /** Instead of `values`, for `dtype` "string". */
  readonly texts?: readonly string[];
}

/** Float32 numbers 0, 1, 2, ...: each says where in the file it stood. */
export function counting(name: string, ...shape: readonly number[]): WrittenWeight {
  const length = shape.reduce((product, side) => product * side, 1);
  return { name, shape, values: Array.from({ length }, (_, index) => index) };
}

export function specOf({
  name,
  shape,
  dtype = "float32",
  quantization,
  group,
}: WrittenWeight): Readonly<Record<string, unknown>> {
  return { name, shape, dtype, ...(quantization && { quantization }), ...(group && { group }) };
}

export function weightBytes({ dtype = "float32", ...weight }: WrittenWeight): Bytes {
  if (weight.texts !== undefined) return join(...weight.texts.map(textBytes));
  const { values = [], quantization } = weight;
  switch (quantization?.dtype ?? dtype) {
    case "int32":
      return new Uint8Array(Int32Array.from(values).buffer);
    case "uint16":
    case "float16":
      return new Uint8Array(Uint16Array.from(values).buffer);
    case "uint8":
    case "bool":
      return Uint8Array.from(values);
    default:
      return new Uint8Array(Float32Array.from(values).buffer);
  }
}

function textBytes(text: string): Bytes {
  const bytes = new TextEncoder().encode(text);
  return join(new Uint8Array(Uint32Array.of(bytes.length).buffer), bytes);
}

export interface WrittenGroup {
  readonly weights: readonly WrittenWeight[];
  /** Bytes of each file; the last takes the rest. One file if left out. */
  readonly cuts?: readonly number[];
}

/** A model.json and its files of weights, as the converter names them. */
export function writeTfjs(
  modelTopology: unknown,
  groups: readonly WrittenGroup[],
  fields: Readonly<Record<string, unknown>> = { format: "layers-model" },
): Files {
  const { manifest: weightsManifest, files } = manifestOf(groups);
  return { "model.json": json({ ...fields, modelTopology, weightsManifest }), ...files };
}

/** The list of weights alone and its files, as `tf.io.loadWeights` takes them. */
export function writeWeightsManifest(groups: readonly WrittenGroup[]): Files {
  const { manifest, files } = manifestOf(groups);
  return { "weights_manifest.json": json(manifest), ...files };
}

function manifestOf(groups: readonly WrittenGroup[]) {
  const files: Record<string, Uint8Array> = {};
  const manifest = groups.map(({ weights, cuts = [] }, index) => {
    const bytes = join(...weights.map(weightBytes));
    const ends = [...cuts.map((_, at) => sum(cuts.slice(0, at + 1))), bytes.length];
    const paths = ends.map((end, at) => {
      const path = `group${index + 1}-shard${at + 1}of${ends.length}.bin`;
      files[path] = bytes.subarray(at === 0 ? 0 : ends[at - 1], end);
      return path;
    });
    return { paths, weights: weights.map(specOf) };
  });
  return { manifest, files };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

export function json(content: unknown): Bytes {
  return new TextEncoder().encode(JSON.stringify(content));
}

/** `tf.io.ModelArtifacts` in one file, its weights as base64 text. */
export function writeArtifacts(modelTopology: unknown, weights: readonly WrittenWeight[]): Files {
  const weightData = Buffer.from(join(...weights.map(weightBytes))).toString("base64");
  return { "model.json": json({ modelTopology, weightSpecs: weights.map(specOf), weightData }) };
}

/** A NodeDef in the JSON form of protobuf. */
export function graphNode(
  name: string,
  op: string,
  input: readonly string[] = [],
  attr: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  return { name, op, input, attr };
}

/** Attributes as protobuf's JSON form has them: bytes as base64, 64-bit integers as text. */
export const attribute = {
  text: (text: string) => ({ s: Buffer.from(text).toString("base64") }),
  ints: (...values: readonly number[]) => ({ list: { i: values.map(String) } }),
  shape: (...lengths: readonly number[]) => ({
    shape: { dim: lengths.map((length) => ({ size: String(length) })) },
  }),
  float32: { type: "DT_FLOAT" },
};

/** The node of a weight: the graph has its type, the manifest its numbers. */
export function constant(name: string): Readonly<Record<string, unknown>> {
  return graphNode(name, "Const", [], { dtype: attribute.float32 });
}
