import type { Network } from "../network/network.ts";
import type { ModelFormat, ReadContext } from "./format.ts";
import { requireCompanions } from "./onnx/companionFiles.ts";
import type { PlannedLayers } from "./onnx/layers.ts";
import { openGraph } from "./onnx/openGraph.ts";
import { countParameters } from "./onnx/parameters.ts";
import { looksLikeOnnx } from "./onnx/recognise.ts";
import { withFileName } from "./protobuf/errors.ts";
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
  const { model, nodes, values, weights, graph, planned } = await openGraph(context);
  requireCompanions(planned.tensors, context);
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
