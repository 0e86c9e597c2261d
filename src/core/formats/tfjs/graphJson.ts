import type { Dimensions } from "../../network/graph.ts";
import { isObject, type JsonObject, listOf } from "../keras/configValues.ts";
import type { TensorFlowAttribute, TensorFlowNode } from "../tensorflow/graphDef.ts";
import { bytesOfBase64 } from "./base64.ts";
import { malformedModel, tooLargeModel } from "./errors.ts";

/** Nodes of the largest graphs that browsers run number some ten thousand. */
const MAX_NODES = 200_000;

/**
 * The nodes of a GraphDef in the JSON form of protobuf: 64-bit integers as text, bytes as
 * base64, names of fields in camel case, what has its default value left out.
 *
 * @param topology the `modelTopology` of a graph model.
 * @throws ConvAtlasError `malformed`, `too-large`.
 */
export function nodesOfGraph(
  topology: JsonObject | null,
  fileName: string,
): readonly TensorFlowNode[] {
  const nodes = listOf(topology?.node);
  if (nodes.length === 0) throw malformedModel(fileName, "its graph has no nodes");
  return parseNodes(nodes, fileName);
}

/** The nodes of the functions that the graph's loops and branches call. */
export function nodesOfFunctions(
  topology: JsonObject | null,
  fileName: string,
): readonly TensorFlowNode[] {
  const library = isObject(topology?.library) ? topology.library : {};
  const nodes = listOf(library.function).flatMap((definition) =>
    isObject(definition) ? listOf(definition.nodeDef) : [],
  );
  return parseNodes(nodes, fileName);
}

function parseNodes(nodes: readonly unknown[], fileName: string): readonly TensorFlowNode[] {
  if (nodes.length > MAX_NODES) {
    throw tooLargeModel(fileName, `its graph has more than ${MAX_NODES} nodes`);
  }
  return nodes.map((node) => {
    if (!isObject(node) || typeof node.name !== "string" || typeof node.op !== "string") {
      throw malformedModel(fileName, "a node of its graph has no name or no operator");
    }
    const { name, op, input, attr } = node;
    const inputs = listOf(input).filter((one) => typeof one === "string");
    return { name, op, inputs, attributes: attributesOf(attr) };
  });
}

function attributesOf(attr: unknown): ReadonlyMap<string, TensorFlowAttribute> {
  const attributes = new Map<string, TensorFlowAttribute>();
  for (const [name, value] of Object.entries(isObject(attr) ? attr : {})) {
    const attribute = isObject(value) ? attributeOf(value) : null;
    if (attribute !== null) attributes.set(name, attribute);
  }
  return attributes;
}

/** An AttrValue (attr_value.proto), of which one field is set; null for kinds not needed. */
function attributeOf(value: JsonObject): TensorFlowAttribute | null {
  const { i, f, b, s, type, shape, func, list } = value;
  if (i !== undefined) return known("int", integerOf(i));
  if (typeof f === "number") return { kind: "float", value: f };
  if (typeof b === "boolean") return { kind: "bool", value: b };
  if (s !== undefined) return known("text", textOf(s));
  if (typeof type === "string") return { kind: "type", value: type };
  if (isObject(shape)) return { kind: "shape", dimensions: dimensionsOf(shape) };
  if (isObject(func) && typeof func.name === "string") return { kind: "function", name: func.name };
  return isObject(list) ? listAttribute(list) : null;
}

function known<Kind, Value>(
  kind: Kind,
  value: Value | null,
): { readonly kind: Kind; readonly value: Value } | null {
  return value === null ? null : { kind, value };
}

/** An empty list does not say of what it is; those that decide map sizes hold integers. */
function listAttribute({ i, s, shape, f, b, type, func }: JsonObject): TensorFlowAttribute | null {
  if (s !== undefined) return { kind: "texts", values: each(s, textOf) };
  if (shape !== undefined) {
    const shapes = listOf(shape).filter(isObject);
    return { kind: "shapes", values: shapes.map(dimensionsOf) };
  }
  if ([f, b, type, func].some((other) => other !== undefined)) return null;
  return { kind: "ints", values: each(i, integerOf) };
}

function each<Value>(list: unknown, parse: (value: unknown) => Value | null): readonly Value[] {
  return listOf(list)
    .map(parse)
    .filter((value) => value !== null);
}

function integerOf(value: unknown): number | null {
  const number = typeof value === "string" && value !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isInteger(number) ? number : null;
}

/** Base64, or the bytes themselves as numbers, which TensorFlow.js accepts as well. */
function textOf(value: unknown): string | null {
  const bytes = typeof value === "string" ? bytesOfBase64(value) : bytesOfList(value);
  return bytes === null ? null : new TextDecoder().decode(bytes);
}

function bytesOfList(value: unknown): Uint8Array<ArrayBuffer> | null {
  const bytes = listOf(value).filter((byte) => typeof byte === "number");
  return Array.isArray(value) ? Uint8Array.from(bytes) : null;
}

/** A TensorShapeProto: -1 stands for an open length, `unknownRank` for an open number of axes. */
function dimensionsOf({ dim, unknownRank }: JsonObject): Dimensions | null {
  if (unknownRank === true) return null;
  return listOf(dim).map((axis) => {
    const length = integerOf(isObject(axis) ? (axis.size ?? 0) : null);
    return length === null || length < 0 ? null : length;
  });
}
