import type { ConvolutionLayer } from "../../network/network.ts";
import type { ExecutableConvolution } from "../executable.ts";
import type { ModelKernel } from "./convolutionLayers.ts";

/** Where a layer is applied. */
interface Application {
  readonly input: string;
  readonly output: string;
  readonly activated: string | null;
  readonly kernel: ModelKernel;
}

interface Applied extends Application {
  /** Outputs of all nodes that take the kernel. */
  readonly nodes: string[];
}

/** The convolutions of a network as they are added to the model. */
export class AppliedConvolutions {
  readonly #byLayer = new Map<string, Applied>();
  readonly #byOutput = new Map<string, string>();

  /** Notes one more call of a layer; null for layers that are not among the network's. */
  add(layer: ConvolutionLayer | null, application: Application): void {
    if (layer === null) return;
    const { name } = layer;
    const first = this.#byLayer.get(name);
    if (first !== undefined) {
      first.nodes.push(application.output);
      return;
    }
    this.#byLayer.set(name, { ...application, nodes: [application.output] });
    this.#byOutput.set(application.output, name);
  }

  /** Notes that an activation of its own takes what may be the output of a convolution. */
  activated(output: string, activated: string): void {
    const name = this.#byOutput.get(output) ?? "";
    const layer = this.#byLayer.get(name);
    if (layer?.activated === null) this.#byLayer.set(name, { ...layer, activated });
  }

  /** In the order in which they are applied. */
  list(): readonly ExecutableConvolution[] {
    return [...this.#byLayer].map(([layer, { input, output, activated, kernel, nodes }]) => ({
      layer,
      input,
      output,
      activated,
      maps: "channelsFirst",
      weights: { ...kernel, nodes, elements: "float32" },
    }));
  }
}
