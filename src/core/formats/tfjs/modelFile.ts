import type { ByteSource } from "../../bytes/byteSource.ts";
import { memorySource } from "../../bytes/memorySource.ts";
import { ConvAtlasError } from "../../errors.ts";
import type { Companions } from "../../files/fileSet.ts";
import { readJsonList, readJsonObject } from "../json/jsonFile.ts";
import { isObject, type JsonObject } from "../keras/configValues.ts";
import { bytesOfBase64 } from "./base64.ts";
import { malformedModel } from "./errors.ts";
import { type ManifestGroup, parseManifest, parseWeights } from "./manifest.ts";
import { findShards, JoinedFiles } from "./shards.ts";

/** A program's name and version are short; more is not for a person to read. */
const LONGEST_PRODUCER = 120;

/** What a model file describes, and the files with the numbers. */
export interface ModelFile {
  /** Keras configuration or TensorFlow graph; null in a file that lists weights alone. */
  readonly topology: JsonObject | null;
  /** True if the topology is, or ought to be, a TensorFlow graph. */
  readonly isGraph: boolean;
  readonly groups: readonly ManifestGroup[];
  /** The joined files of each group. */
  readonly files: readonly JoinedFiles[];
  readonly producer: string | null;
}

/**
 * What a JSON file of TensorFlow.js holds; null for any other file. A manifest may stand alone, as
 * for `tf.io.loadWeights`, and before version 1 of the converter it did.
 */
export async function readModelContent(source: ByteSource): Promise<JsonObject | null> {
  const manifest = await readJsonList(source);
  if (manifest !== null) return isManifest(manifest) ? { weightsManifest: manifest } : null;
  const content = await readJsonObject(source);
  return content !== null && isModelFile(content) ? content : null;
}

function isManifest(groups: readonly unknown[]): boolean {
  const isGroup = (group: unknown) =>
    isObject(group) && Array.isArray(group.paths) && Array.isArray(group.weights);
  return groups.length > 0 && groups.every(isGroup);
}

/** True for an object that only TensorFlow.js writes; early converters left `format` out. */
function isModelFile(content: JsonObject): boolean {
  const { format } = content;
  const saysSo = format === "layers-model" || format === "graph-model";
  return saysSo || "modelTopology" in content || "weightsManifest" in content;
}

/**
 * @throws ConvAtlasError `no-weights`, `missing-companion-file`, or what `parseManifest` throws.
 */
export function openModelFile(
  content: JsonObject,
  fileName: string,
  companions: Companions,
): ModelFile {
  const topology = isObject(content.modelTopology) ? content.modelTopology : null;
  const described = {
    topology,
    isGraph: content.format === "graph-model" || Array.isArray(topology?.node),
    producer: producerOf(content, topology),
  };
  if (content.weightsManifest === undefined && Array.isArray(content.weightSpecs)) {
    return { ...described, ...artifactsInOneFile(content, content.weightSpecs, fileName) };
  }
  const groups = parseManifest(content.weightsManifest ?? [], fileName);
  if (groups.every(({ weights }) => weights.length === 0)) throw noWeights(fileName);
  return { ...described, groups, files: findShards(groups, companions, fileName) };
}

/** `tf.io.ModelArtifacts` as people keep it in one file, its weights as base64 text. */
function artifactsInOneFile(
  { weightData }: JsonObject,
  specs: readonly unknown[],
  fileName: string,
): Pick<ModelFile, "groups" | "files"> {
  const weights = parseWeights(specs, fileName);
  if (typeof weightData !== "string" || weights.length === 0) throw noWeights(fileName);
  const bytes = bytesOfBase64(weightData);
  if (bytes === null) {
    throw malformedModel(fileName, "the weights in it (weightData) are no base64 text");
  }
  return {
    groups: [{ paths: [], weights }],
    files: [new JoinedFiles([memorySource(fileName, bytes)])],
  };
}

function noWeights(fileName: string): ConvAtlasError {
  return new ConvAtlasError(
    "no-weights",
    `${fileName} describes a network without its weights; save the whole model with model.save() of TensorFlow.js or convert it again.`,
  );
}

/** "keras v2.10.0 (TensorFlow.js Converter v1.2.6)"; graphs state the bare version of TensorFlow. */
function producerOf(content: JsonObject, topology: JsonObject | null): string | null {
  const { generatedBy, convertedBy } = content;
  const kerasVersion = topology?.keras_version;
  const stated = [generatedBy, kerasVersion].find((text) => typeof text === "string" && text);
  const maker = typeof stated === "string" ? named(stated, stated === kerasVersion) : null;
  const converter = typeof convertedBy === "string" && convertedBy !== "" ? convertedBy : null;
  const both = maker !== null && converter !== null ? `${maker} (${converter})` : null;
  return (both ?? maker ?? converter)?.slice(0, LONGEST_PRODUCER) ?? null;
}

function named(version: string, isKeras: boolean): string {
  if (!/^\d/.test(version)) return version;
  return isKeras ? `Keras ${version}` : `TensorFlow ${version}`;
}
