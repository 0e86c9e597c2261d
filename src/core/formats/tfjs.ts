import { throwIfCancelled } from "../errors.ts";
import type { Network } from "../network/network.ts";
import type { ModelFormat, ReadContext } from "./format.ts";
import { readJsonObject } from "./json/jsonFile.ts";
import { malformedModel } from "./tfjs/errors.ts";
import { assembleGraphModel } from "./tfjs/graphModel.ts";
import { assembleLayersModel } from "./tfjs/layersModel.ts";
import { locateWeights } from "./tfjs/locateWeights.ts";
import { isModelFile, openModelFile } from "./tfjs/modelFile.ts";

/** TensorFlow.js: a JSON file with the topology, and binary files with the weights. */
export const tfjsFormat: ModelFormat = {
  id: "tfjs",
  async matches(source) {
    const content = await readJsonObject(source);
    return content !== null && isModelFile(content);
  },
  read,
};

async function read(context: ReadContext): Promise<Network> {
  const { source, companions, signal } = context;
  throwIfCancelled(signal);
  const content = await readJsonObject(source);
  if (content === null) throw malformedModel(source.name, "it is no JSON text");
  const model = openModelFile(content, source.name, companions);
  const { weights, tooLong } = await locateWeights(model.groups, model.files, source.name, signal);
  const assemble = model.isGraph ? assembleGraphModel : assembleLayersModel;
  const assembled = await assemble(model.topology, weights, context);
  return {
    format: "tfjs",
    producer: model.producer,
    ...assembled,
    questions: [],
    warnings: [...lengthWarnings(tooLong, source.name), ...assembled.warnings],
  };
}

function lengthWarnings(tooLong: readonly string[], modelName: string): readonly string[] {
  if (tooLong.length === 0) return [];
  return [
    `${tooLong[tooLong.length - 1]} goes on behind the weights that ${modelName} lists; check that the two belong together.`,
  ];
}
