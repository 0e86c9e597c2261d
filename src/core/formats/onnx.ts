import { ConvAtlasError } from "../errors.ts";
import type { Network } from "../network/network.ts";
import type { ModelFormat, ReadContext } from "./format.ts";
import { buildGraph, readShapeVectors } from "./onnx/buildGraph.ts";
import { requireCompanions } from "./onnx/companionFiles.ts";
import { flattenGraph } from "./onnx/flatten.ts";
import { type PlannedLayers, planLayers } from "./onnx/layers.ts";
import { executionOrder } from "./onnx/order.ts";
import { countParameters } from "./onnx/parameters.ts";
import { parseModel } from "./onnx/parseModel.ts";
import { looksLikeOnnx } from "./onnx/recognise.ts";
import { collectValues } from "./onnx/values.ts";
import { findWeights } from "./onnx/weights.ts";
import { withFileName } from "./protobuf/errors.ts";
import { ChunkedFile } from "./protobuf/wire.ts";
import { readKernels } from "./readKernels.ts";
import { repeatWarnings } from "./repeatedUses.ts";

async function read(context: ReadContext): Promise<Network> {
  try {
    return await readNetwork(context);
  } catch (thrown) {
    throw withFileName(thrown, context.source.name);
  }
}

async function readNetwork(context: ReadContext): Promise<Network> {
  const { source, companions, signal } = context;
  const model = await parseModel(new ChunkedFile(source), signal);
  if (model.graph === null) {
    throw new ConvAtlasError(
      "not-a-model",
      `${source.name} is an ONNX file without a network in it; export the network again.`,
    );
  }
  const flat = flattenGraph(model.graph, model.functions);
  const values = collectValues(flat);
  const nodes = executionOrder(flat.nodes);
  const files = { source, companions };
  const vectors = await readShapeVectors(nodes, values, files);
  const weights = findWeights(nodes, values, vectors);
  const { graph, positions } = buildGraph(nodes, flat, values, vectors, weights);
  const planned = planLayers(nodes, weights, files, positions);
  requireCompanions(planned.tensors, files);
  const { layers, skipped, warnings } = await readKernels(planned.plans, context);
  return {
    format: "onnx",
    producer: model.producer,
    parameters: countParameters(nodes, values, weights),
    layers,
    skipped,
    graph,
    questions: [],
    warnings: [...warningsOf(planned), ...warnings],
  };
}

function warningsOf({ repeatedUses, withoutScale }: PlannedLayers): string[] {
  const warnings = [...repeatWarnings(repeatedUses)];
  if (withoutScale > 0) {
    warnings.push(
      `No scale was found for the whole-number weights of ${withoutScale === 1 ? "one layer" : `${withoutScale} layers`}; they are read without it, which changes no label by action.`,
    );
  }
  return warnings;
}

/** ONNX: a protobuf ModelProto, weights inside or in a companion file. */
export const onnxFormat: ModelFormat = {
  id: "onnx",
  matches: looksLikeOnnx,
  read,
};
