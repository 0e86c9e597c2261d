import { throwIfCancelled } from "../errors.ts";
import type { Network } from "../network/network.ts";
import type { ModelFormat, ReadContext } from "./format.ts";
import { type AssembledNetwork, assembleModel } from "./keras/assembleNetwork.ts";
import { assembleBareWeights } from "./tfjs/bareWeights.ts";
import { malformedModel } from "./tfjs/errors.ts";
import { assembleGraphModel } from "./tfjs/graphModel.ts";
import { describeLayersModel } from "./tfjs/layersModel.ts";
import { type LocatedWeight, locateWeights } from "./tfjs/locateWeights.ts";
import { type ModelFile, openModelFile, readModelContent } from "./tfjs/modelFile.ts";
import type { AssembledWeights } from "./weights/assembleWeights.ts";

/** TensorFlow.js: a JSON file with the topology, and binary files with the weights. */
export const tfjsFormat: ModelFormat = {
  id: "tfjs",
  matches: async (source) => (await readModelContent(source)) !== null,
  read,
};

async function read(context: ReadContext): Promise<Network> {
  const { source, companions, signal } = context;
  throwIfCancelled(signal);
  const content = await readModelContent(source);
  if (content === null) throw malformedModel(source.name, "it is no JSON text");
  const model = openModelFile(content, source.name, companions);
  const { weights, tooLong } = await locateWeights(model.groups, model.files, source.name, signal);
  const assembled = await assemble(model, weights, context);
  return {
    format: "tfjs",
    producer: model.producer,
    questions: [],
    graph: null,
    ...assembled,
    warnings: [...lengthWarnings(tooLong, source.name), ...assembled.warnings],
  };
}

function assemble(
  { topology, isGraph }: ModelFile,
  weights: readonly LocatedWeight[],
  context: ReadContext,
): Promise<AssembledNetwork | AssembledWeights> {
  if (isGraph) return assembleGraphModel(topology, weights, context);
  if (topology === null) return assembleBareWeights(weights, context);
  return assembleModel(describeLayersModel(topology, weights, context.source.name), context);
}

function lengthWarnings(tooLong: readonly string[], modelName: string): readonly string[] {
  if (tooLong.length === 0) return [];
  return [
    `${tooLong[tooLong.length - 1]} goes on behind the weights that ${modelName} lists; check that the two belong together.`,
  ];
}
