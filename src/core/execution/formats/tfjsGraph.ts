import type { ReadContext } from "../../formats/format.ts";
import { isObject, type JsonObject } from "../../formats/keras/configValues.ts";
import { malformedModel } from "../../formats/tfjs/errors.ts";
import { openGraphModel } from "../../formats/tfjs/graphModel.ts";
import { locateWeights } from "../../formats/tfjs/locateWeights.ts";
import { openModelFile, readModelContent } from "../../formats/tfjs/modelFile.ts";
import type { ExecutableFormat } from "../executableFormat.ts";
import { convertTensorFlowGraph } from "../tensorflow/convertGraph.ts";

/** A graph model of TensorFlow.js as an ONNX model. */
export const executableTfjsGraph: ExecutableFormat = {
  async build(context, network) {
    return convertTensorFlowGraph(await openGraph(context), context, network);
  },
};

async function openGraph(context: ReadContext) {
  const { source, companions, signal } = context;
  const content = await readModelContent(source);
  if (content === null) throw malformedModel(source.name, "it is no JSON text");
  const { topology, groups, files } = openModelFile(content, source.name, companions);
  const { weights } = await locateWeights(groups, files, source.name, signal);
  const graph = await openGraphModel(topology, weights, context);
  return { ...graph, outputs: statedOutputs(content) };
}

/** Results by the signature, which converters write in one of two places; null without one. */
function statedOutputs({ signature, userDefinedMetadata }: JsonObject): readonly string[] | null {
  const metadata = isObject(userDefinedMetadata) ? userDefinedMetadata : {};
  const stated = [signature, metadata.signature].find(isObject);
  if (stated === undefined || !isObject(stated.outputs)) return null;
  const names = Object.values(stated.outputs).flatMap((output) =>
    isObject(output) && typeof output.name === "string" ? [output.name] : [],
  );
  return names.length === 0 ? null : names;
}
