import type { ConvolutionLayer, Network } from "../../network/network.ts";
import type {
  ExecutableConvolution,
  ExecutableNetwork,
  ReplaceableWeights,
} from "../executable.ts";
import { repeatedLayers } from "../repeatedLayers.ts";
import type { MapGraph } from "./mapGraph.ts";

/** Weights of convolutions in the model. */
export interface ModelKernels {
  /** Name of their value. */
  readonly value: string;
  /** (out, in/g, h, w) of a convolution, (in, out/g, h, w) of a transposed one. */
  readonly dimensions: readonly number[];
  readonly layout: Extract<ReplaceableWeights["layout"], "out,in/g,h,w" | "in,out/g,h,w">;
  /** Outputs of the nodes that take them; grows as nodes are added. */
  readonly nodes: string[];
}

/** Where a layer is applied. */
export interface AppliedConvolution {
  /** Name in `Network.layers`; null for one that is not listed there. */
  readonly layer: string | null;
  readonly input: string;
  /** Of the node, or with a bias that a node of its own adds. */
  readonly output: string;
  readonly kernels: ModelKernels;
}

/**
 * The handles on a network's layers, first uses only, in the order of its layers. To be asked for
 * when the graph is complete: only then it is known what follows a convolution.
 */
function executableConvolutions(
  applied: readonly AppliedConvolution[],
  layers: readonly ConvolutionLayer[],
  graph: MapGraph,
): readonly ExecutableConvolution[] {
  return layers.flatMap(({ name }) => {
    const found = applied.find(({ layer }) => layer === name);
    if (found === undefined) return [];
    const { value, nodes, layout, dimensions } = found.kernels;
    return {
      layer: name,
      input: found.input,
      ...outputsOf(found, graph),
      maps: "channelsFirst",
      weights: { value, nodes, layout, dimensions, elements: "float32" },
    };
  });
}

/** A graph that is complete, as a network that runs. @param remarks about how it was written. */
export function executableNetwork(
  graph: MapGraph,
  applied: readonly AppliedConvolution[],
  { layers }: Pick<Network, "layers">,
  remarks: readonly string[],
): ExecutableNetwork {
  const convolutions = executableConvolutions(applied, layers, graph);
  return {
    model: graph.builder.encode(),
    externalData: [],
    convolutions,
    remarks: [...remarks, ...repeatedLayers(convolutions)],
  };
}

/** A bias belongs to the convolution; an activation only if nothing else takes what it takes. */
function outputsOf(
  { output }: AppliedConvolution,
  graph: MapGraph,
): Pick<ExecutableConvolution, "output" | "activated"> {
  const uses = graph.usesOf(output);
  const [next] = uses;
  if (next === undefined || uses.length > 1) return { output, activated: null };
  if (next.role === "activation") return { output, activated: next.output };
  if (next.role !== "bias") return { output, activated: null };
  const after = graph.usesOf(next.output);
  const isActivated = after.length === 1 && after[0].role === "activation";
  return { output: next.output, activated: isActivated ? after[0].output : null };
}
