import { ConvAtlasError } from "../errors.ts";
import type { Network } from "../network/network.ts";
import type { ModelFormat, ReadContext } from "./format.ts";
import { buildGraph, readShapeVectors } from "./onnx/buildGraph.ts";
import { readLayers } from "./onnx/layers.ts";
import type { OnnxModel } from "./onnx/model.ts";
import { executionOrder } from "./onnx/order.ts";
import { countParameters } from "./onnx/parameters.ts";
import { parseModel } from "./onnx/parseModel.ts";
import { looksLikeOnnx } from "./onnx/recognise.ts";
import { collectValues } from "./onnx/values.ts";
import { withFileName } from "./protobuf/errors.ts";
import { ChunkedFile } from "./protobuf/wire.ts";

async function read(context: ReadContext): Promise<Network> {
  try {
    return await readNetwork(context);
  } catch (thrown) {
    throw withFileName(thrown, context.source.name);
  }
}

async function readNetwork(context: ReadContext): Promise<Network> {
  const { source, companions, signal, onProgress } = context;
  const total = source.byteLength;
  const model = await parseModel(new ChunkedFile(source), signal);
  if (model.graph === null) {
    throw new ConvAtlasError(
      "not-a-model",
      `${source.name} is an ONNX file without a network in it; export the network again.`,
    );
  }
  const values = collectValues(model.graph);
  const nodes = executionOrder(model.graph.nodes);
  const files = { source, companions };
  const vectors = await readShapeVectors(nodes, values, files);
  const { graph, positions } = buildGraph(nodes, model.graph, values, vectors);
  const onWeights = (done: number, all: number) =>
    onProgress({
      doneBytes: Math.floor((total * done) / all),
      totalBytes: total,
      doneLayers: 0,
      totalLayers: 0,
    });
  const found = await readLayers(nodes, values, files, positions, onWeights, signal);
  return {
    format: "onnx",
    producer: model.producer,
    parameters: countParameters(nodes, values),
    layers: found.layers,
    skipped: found.skipped,
    graph,
    questions: [],
    warnings: warningsOf(model, found.repeatedUses),
  };
}

function warningsOf(model: OnnxModel, repeatedUses: number): string[] {
  const warnings: string[] = [];
  if (repeatedUses > 0) {
    warnings.push(
      `Some layers are applied more than once (${repeatedUses} further uses); their kernels are counted once.`,
    );
  }
  if (model.graph?.nodes.some((node) => model.functions.has(node.operator))) {
    warnings.push("Part of this network is written as functions of its own, which are not read.");
  }
  return warnings;
}

/** ONNX: a protobuf ModelProto, weights inside or in a companion file. */
export const onnxFormat: ModelFormat = {
  id: "onnx",
  matches: looksLikeOnnx,
  read,
};
