import type { AppliedLayer, Architecture } from "../../formats/keras/configGraph.ts";
import { isObject } from "../../formats/keras/configValues.ts";

/**
 * What `multi_gpu_model` of Keras 2 makes around a network: Lambda layers that cut the batch into
 * parts, a call of the network for each, and a Concatenate of the results along the batch
 * (keras/utils/multi_gpu_utils.py). One call for the whole batch gives the same.
 */
export class ModelCopies {
  readonly #architecture: Architecture;
  /** How many copies there are; 0 for a network without. */
  readonly #count: number;

  constructor(architecture: Architecture) {
    this.#architecture = architecture;
    const parts = architecture.applied.map((layer) => (layer === null ? null : partsOf(layer)));
    this.#count = parts.find((count) => count !== null) ?? 0;
  }

  /** What a node takes: of the results of the copies the first alone. */
  inputsOf(index: number): readonly (number | null)[] {
    const { inputs } = this.#architecture.graph.nodes[index];
    return this.#joins(index) ? inputs.slice(0, 1) : inputs;
  }

  /** Whether a node has to do with the copies alone, so that it gives on what it takes. */
  dealWith(index: number): boolean {
    const layer = this.#architecture.applied[index];
    return this.#joins(index) || (layer !== null && partsOf(layer) !== null);
  }

  /** What a person is told. */
  remark(): string {
    return `The model was saved for ${this.#count} GPUs, each with a part of the images; it is run as one.`;
  }

  #joins(index: number): boolean {
    const { applied, graph } = this.#architecture;
    const layer = applied[index];
    const isJoin = layer?.className === "Concatenate" && layer.config.axis === 0;
    return this.#count > 0 && isJoin && graph.nodes[index].inputs.length === this.#count;
  }
}

/** Into how many parts a Lambda of `multi_gpu_model` cuts the batch; null for all other layers. */
function partsOf({ className, config }: AppliedLayer): number | null {
  const { arguments: given } = config;
  if (className !== "Lambda" || !isObject(given) || !("i" in given)) return null;
  const { parts } = given;
  return typeof parts === "number" && parts > 0 ? parts : null;
}
