import { convolutionKind, takesChannelsLast, weightInput } from "../formats/onnx/convolutions.ts";
import { DATA_TYPE, functionKey, type OnnxNode } from "../formats/onnx/model.ts";
import type { OpenGraph } from "../formats/onnx/openGraph.ts";
import type { ConvolutionLayer, Network } from "../network/network.ts";
import type { ExecutableConvolution, ReplaceableWeights } from "./executable.ts";
import { repeatedLayers } from "./repeatedLayers.ts";
import { ValueUses } from "./valueUses.ts";

export interface ConvolutionHandles {
  readonly convolutions: readonly ExecutableConvolution[];
  readonly remarks: readonly string[];
}

/** Convolutions of whole numbers: their weights have scales and zero points of their own. */
const WHOLE_NUMBERS: ReadonlySet<string> = new Set([
  "QLinearConv",
  "QLinearConvTranspose",
  "ConvInteger",
]);

/** Of ONNX Runtime's optimizer (com.microsoft): an activation is part of them. */
const WITH_ACTIVATION: ReadonlySet<string> = new Set(["FusedConv", "NhwcFusedConv"]);

/** Nodes between a stored tensor and its convolution, as far as the reader follows them. */
const MAX_STEPS = 32;

/** Where the layers of a network stand in the graph of its ONNX file. */
export function convolutionHandles(open: OpenGraph, network: Network): ConvolutionHandles {
  const layers = new Map(network.layers.map((layer) => [layer.graphNode, layer] as const));
  const finder = new HandleFinder(open);
  const convolutions: ExecutableConvolution[] = [];
  let nested = 0;
  for (const uses of open.planned.uses) {
    const layer = layers.get(open.positions.get(uses[0]) ?? null);
    if (layer === undefined) continue;
    const handle = finder.handle(layer, uses);
    if (handle === null) nested += 1;
    else convolutions.push(handle);
  }
  const whole = convolutions.filter(({ weights }) => weights === WHOLE_NUMBER_REASON).length;
  const remarks = [...remarksOf(nested, whole), ...repeatedLayers(convolutions)];
  return { convolutions, remarks };
}

function remarksOf(nested: number, whole: number): readonly string[] {
  const remarks: string[] = [];
  if (nested > 0) {
    remarks.push(
      `${layersOf(nested)} inside a branch, loop or function of the model: the maps there cannot be shown and the kernels not replaced.`,
    );
  }
  if (whole > 0) {
    remarks.push(
      `${layersOf(whole)} computed in whole numbers: the maps are shown as these, and the kernels cannot be replaced.`,
    );
  }
  return remarks;
}

function layersOf(count: number): string {
  return count === 1 ? "One layer is" : `${count} layers are`;
}

const WHOLE_NUMBER_REASON =
  "it computes in whole numbers, with scales that fit its own weights only";

class HandleFinder {
  private readonly open: OpenGraph;
  private readonly uses: ValueUses;
  private readonly written: ReadonlyMap<string, OnnxNode>;

  constructor(open: OpenGraph) {
    this.open = open;
    this.written = new Map(
      open.written.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)),
    );
    this.uses = new ValueUses(open.nodes, open.values.tensors, (node) => this.isWritten(node));
  }

  /** Null if all nodes that apply the layer stand inside branches, loops or functions. */
  handle(layer: ConvolutionLayer, uses: readonly OnnxNode[]): ExecutableConvolution | null {
    const node = uses.find((use) => this.isWritten(use));
    if (node === undefined) return null;
    const own = node.outputs[0];
    const output = this.uses.afterBias(own, layer.outChannels);
    return {
      layer: layer.name,
      input: node.inputs[0],
      output,
      activated: WITH_ACTIVATION.has(node.operator) ? own : this.uses.afterActivation(output),
      maps: takesChannelsLast(node) ? "channelsLast" : "channelsFirst",
      weights: this.weights(node, uses),
    };
  }

  /** Whether a node stands in the graph as it is, so that its values can be reached from outside. */
  private isWritten(node: OnnxNode): boolean {
    const written = this.written.get(node.outputs[0] ?? "");
    if (written === undefined || written.operator !== node.operator) return false;
    const { domain, operator, overload } = written;
    return (
      domain === node.domain &&
      !this.open.model.functions.has(functionKey(domain, operator, overload))
    );
  }

  private weights(node: OnnxNode, uses: readonly OnnxNode[]): ReplaceableWeights | string {
    const found = this.open.weights.get(node);
    const kind = convolutionKind(node);
    if (typeof found === "string") return found;
    if (found === undefined || kind === null) return "its weights are not in the file";
    if (uses.some(({ operator }) => WHOLE_NUMBERS.has(operator))) return WHOLE_NUMBER_REASON;
    if (!uses.every((use) => this.isWritten(use))) {
      return "it is applied inside a branch, loop or function of the model too";
    }
    const value = weightInput(node);
    if (!uses.every((use) => weightInput(use) === value)) {
      return "it is applied several times, with weights that are unpacked each time anew";
    }
    const elements = this.elementsOf(value);
    if (elements === null) return "its weights are of an element type that cannot be replaced";
    const nodes = uses.map(({ outputs }) => outputs[0]);
    return { value, nodes, layout: kind.layout, dimensions: found.dimensions, elements };
  }

  /** The element type of weights, wherever on their way from the stored tensor it is settled. */
  private elementsOf(value: string): ReplaceableWeights["elements"] | null {
    const { tensors, producers } = this.open.values;
    let name = value;
    for (let count = 0; count <= MAX_STEPS; count += 1) {
      const tensor = tensors.get(name);
      if (tensor !== undefined) return elementName(tensor.dataType);
      const node = producers.get(name);
      if (node === undefined) return null;
      if (node.operator === "Cast") return elementName(node.attributes.get("to")?.int ?? 0);
      if (node.operator === "DequantizeLinear") {
        const stated = node.attributes.get("output_dtype")?.int ?? 0;
        const scale = tensors.get(node.inputs[1] ?? "")?.dataType;
        return elementName(stated === 0 ? (scale ?? 0) : stated);
      }
      // All others keep the type, and both operands of arithmetic have the same.
      name = node.inputs[0] ?? "";
    }
    return null;
  }
}

function elementName(dataType: number): ReplaceableWeights["elements"] | null {
  switch (dataType) {
    case DATA_TYPE.float:
      return "float32";
    case DATA_TYPE.float16:
      return "float16";
    case DATA_TYPE.double:
      return "float64";
    default:
      return null;
  }
}
