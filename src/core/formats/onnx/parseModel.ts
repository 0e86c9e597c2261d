import { expectWireType, textOf } from "../protobuf/fieldValues.ts";
import { type ByteRange, type ChunkedFile, FieldWalk } from "../protobuf/wire.ts";
import {
  functionKey,
  type OnnxAttribute,
  type OnnxFunction,
  type OnnxGraph,
  type OnnxModel,
  type OnnxNode,
} from "./model.ts";
import { emptyGraph, GraphParser } from "./parseGraph.ts";

/**
 * Reads the structure of a ModelProto; tensors stay in the file.
 * @throws ConvAtlasError `truncated`, `malformed`, `too-large` or `cancelled`.
 */
export async function parseModel(file: ChunkedFile, signal: AbortSignal): Promise<OnnxModel> {
  const parser = new GraphParser(file, signal);
  const functions = new Map<string, OnnxFunction>();
  let producerName = "";
  let producerVersion = "";
  let opset = 0;
  let graph: OnnxGraph | null = null;
  const walk = new FieldWalk(file, { start: 0, end: file.source.byteLength });
  for (let field = await walk.next(); field !== null; field = await walk.next()) {
    switch (field.number) {
      case 2:
        producerName = await textOf(file, field);
        break;
      case 3:
        producerVersion = await textOf(file, field);
        break;
      case 7:
        expectWireType(field, "bytes");
        graph ??= emptyGraph();
        await parser.parseInto(graph, field);
        break;
      case 8:
        expectWireType(field, "bytes");
        opset = Math.max(opset, await parseDefaultOpset(file, field));
        break;
      case 25: {
        expectWireType(field, "bytes");
        const { key, body } = await parseFunction(file, field, parser);
        functions.set(key, body);
        break;
      }
    }
  }
  const producer = [producerName, producerVersion].filter((part) => part !== "").join(" ");
  return { producer: producer === "" ? null : producer, opset, graph, functions };
}

async function parseDefaultOpset(file: ChunkedFile, range: ByteRange): Promise<number> {
  let domain = "";
  let version = 0;
  const walk = new FieldWalk(file, range);
  for (let field = await walk.next(); field !== null; field = await walk.next()) {
    if (field.number === 1) domain = await textOf(file, field);
    if (field.number === 2) version = field.value;
  }
  return domain === "" || domain === "ai.onnx" ? version : 0;
}

async function parseFunction(
  file: ChunkedFile,
  range: ByteRange,
  parser: GraphParser,
): Promise<{ readonly key: string; readonly body: OnnxFunction }> {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const nodes: OnnxNode[] = [];
  const defaults = new Map<string, OnnxAttribute>();
  let [name, domain, overload] = ["", "", ""];
  const walk = new FieldWalk(file, range);
  for (let field = await walk.next(); field !== null; field = await walk.next()) {
    switch (field.number) {
      case 1:
        name = await textOf(file, field);
        break;
      case 4:
        inputs.push(await textOf(file, field));
        break;
      case 5:
        outputs.push(await textOf(file, field));
        break;
      case 7:
        expectWireType(field, "bytes");
        nodes.push(await parser.node(field, 0));
        break;
      case 10:
        domain = await textOf(file, field);
        break;
      case 11: {
        expectWireType(field, "bytes");
        const attribute = await parser.attribute(field, 0);
        defaults.set(attribute.name, attribute);
        break;
      }
      case 13:
        overload = await textOf(file, field);
        break;
    }
  }
  return {
    key: functionKey(domain, name, overload),
    body: { inputs, outputs, nodes, defaults },
  };
}
