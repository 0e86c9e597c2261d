import { ConvAtlasError } from "../../errors.ts";
import { malformedModel } from "../../formats/tfjs/errors.ts";
import { describeLayersModel } from "../../formats/tfjs/layersModel.ts";
import { locateWeights } from "../../formats/tfjs/locateWeights.ts";
import { openModelFile, readModelContent } from "../../formats/tfjs/modelFile.ts";
import type { ExecutableFormat } from "../executableFormat.ts";
import { buildKeras } from "../keras/buildKeras.ts";
import { executableTfjsGraph } from "./tfjsGraph.ts";

/** Models of TensorFlow.js: a Keras configuration or a graph, whichever the file holds. */
export const executableTfjs: ExecutableFormat = {
  async build(context, network) {
    const { source, companions, signal } = context;
    const content = await readModelContent(source);
    if (content === null) throw malformedModel(source.name, "it is no JSON text");
    const { topology, isGraph, groups, files } = openModelFile(content, source.name, companions);
    if (isGraph) return executableTfjsGraph.build(context, network);
    if (topology === null) throw weightsAlone(source.name);
    const { weights } = await locateWeights(groups, files, source.name, signal);
    return buildKeras(describeLayersModel(topology, weights, source.name), context, network);
  },
};

function weightsAlone(fileName: string): ConvAtlasError {
  return new ConvAtlasError(
    "cannot-run",
    `${fileName} lists weights alone, not how the network computes with them; save the whole model with model.save() of TensorFlow.js, or export it as ONNX.`,
  );
}
