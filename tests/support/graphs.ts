import type { Dimensions, Graph, GraphNode, Operation } from "../../src/core/network/graph.ts";
import type { ConvolutionLayer, Network } from "../../src/core/network/network.ts";
import type { Size2d } from "../../src/core/network/size2d.ts";

/** Builds graphs and networks for tests; every method returns the new node's index. */
export class GraphWriter {
  readonly nodes: GraphNode[] = [];
  readonly layers: ConvolutionLayer[] = [];
  private readonly layout: Graph["layout"];

  constructor(layout: Graph["layout"] = "channelsFirst") {
    this.layout = layout;
  }

  add(operation: Operation, ...inputs: (number | null)[]): number {
    this.nodes.push({ name: `node ${this.nodes.length}`, operation, inputs });
    return this.nodes.length - 1;
  }

  input(...dimensions: Dimensions): number {
    return this.add({ kind: "input", dimensions });
  }

  vector(...value: number[]): number {
    return this.add({ kind: "constant", dimensions: [value.length], value });
  }

  /** A 3x3 convolution layer; `stride` 2 halves the map, `padding` 0 shaves its rim. */
  conv(name: string, input: number, { stride = 1, padding = 1, outChannels = 8 } = {}): number {
    const pads: Size2d = [padding, padding];
    const graphNode = this.add(
      {
        kind: "convolution",
        kernelSize: [3, 3],
        stride: [stride, stride],
        dilation: [1, 1],
        padding: { kind: "explicit", before: pads, after: pads },
        outChannels,
      },
      input,
    );
    this.layers.push(layer(name, { graphNode, outChannels }));
    return graphNode;
  }

  /** A 2x2 transposed convolution layer that doubles the map. */
  up(name: string, input: number): number {
    const graphNode = this.add(
      {
        kind: "transposedConvolution",
        kernelSize: [2, 2],
        stride: [2, 2],
        dilation: [1, 1],
        padding: { kind: "explicit", before: [0, 0], after: [0, 0] },
        outputPadding: [0, 0],
        outputSize: null,
        outChannels: 8,
      },
      input,
    );
    this.layers.push(layer(name, { graphNode, operator: "ConvTranspose2d", kernelSize: [2, 2] }));
    return graphNode;
  }

  pool(input: number): number {
    return this.add(
      {
        kind: "pool",
        window: [2, 2],
        stride: [2, 2],
        dilation: [1, 1],
        padding: { kind: "explicit", before: [0, 0], after: [0, 0] },
        roundUp: false,
      },
      input,
    );
  }

  double(input: number): number {
    return this.add(
      { kind: "resize", scale: [2, 2], size: null, valueInput: null, valueMeans: "scales" },
      input,
    );
  }

  join(...inputs: number[]): number {
    return this.add({ kind: "concatenate", axis: 1 }, ...inputs);
  }

  sum(...inputs: number[]): number {
    return this.add({ kind: "elementwise" }, ...inputs);
  }

  get graph(): Graph {
    return { layout: this.layout, nodes: this.nodes };
  }

  get network(): Network {
    return networkOf(this.layers, this.graph);
  }
}

export function networkOf(layers: readonly ConvolutionLayer[], graph: Graph | null): Network {
  return {
    format: "onnx",
    producer: null,
    parameters: 0,
    layers,
    skipped: [],
    graph,
    questions: [],
    warnings: [],
  };
}

export function layer(name: string, rest: Partial<ConvolutionLayer> = {}): ConvolutionLayer {
  return {
    name,
    operator: "Conv2d",
    kernelSize: [3, 3],
    inChannels: 8,
    outChannels: 8,
    groups: 1,
    stride: [1, 1],
    dilation: [1, 1],
    kernels: new Float32Array(9 * 64),
    graphNode: null,
    ...rest,
  };
}
