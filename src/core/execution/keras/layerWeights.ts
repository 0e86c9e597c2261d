import { ConvAtlasError } from "../../errors.ts";
import type { Architecture, ConfiguredConvolution } from "../../formats/keras/configGraph.ts";
import type { KerasModel } from "../../formats/keras/kerasModel.ts";
import { WeightMatcher } from "../../formats/keras/matchWeights.ts";
import { elementCount, type StoredWeight } from "../../formats/keras/storedWeights.ts";
import { shownName } from "../../formats/shownName.ts";
import type { KerasGraph } from "./kerasGraph.ts";

/** What a weight is for, in Keras 2's words. */
export type WeightRole =
  | "kernel"
  | "pointwise_kernel"
  | "bias"
  | "gamma"
  | "beta"
  | "moving_mean"
  | "moving_variance"
  | "alpha"
  | "mean"
  | "variance";

/** Names that end otherwise in Keras 1, and those that differ between the kinds of layers. */
const OTHER_NAMES: ReadonlyMap<string, WeightRole> = new Map([
  ["W", "kernel"],
  ["depthwise_kernel", "kernel"],
  ["b", "bias"],
  ["running_mean", "moving_mean"],
  // Keras 1 calls it a deviation and uses it as a variance (its layers/normalization.py).
  ["running_std", "moving_variance"],
  ["alphas", "alpha"],
]);

/** A weight as it is put into the model. */
export interface WeightForm {
  readonly dimensions: readonly number[];
  readonly values: Float32Array;
}

/** The weights of one layer; each is read once, however often the layer is applied. */
export class LayerWeights {
  readonly #name: string;
  readonly #fileName: string;
  readonly #stored: readonly StoredWeight[];
  readonly #initializers = new Map<string, Promise<string>>();

  /** @param stored in the file's order, the kernel of a convolution first. */
  constructor(name: string, fileName: string, stored: readonly StoredWeight[]) {
    this.#name = name;
    this.#fileName = fileName;
    this.#stored = stored;
  }

  /**
   * The weight for one of the layer's roles.
   * @param roles all that the layer has, in the order in which Keras makes them: states of
   * Keras 3 tell nothing but that order.
   */
  find(role: WeightRole, roles: readonly WeightRole[]): StoredWeight {
    const named = roles.map((wanted) => this.#stored.find((weight) => roleOf(weight) === wanted));
    const unnamed = roles.find((_, at) => named[at] === undefined);
    if (unnamed !== undefined && this.#stored.length < roles.length) throw this.#missing(unnamed);
    const weight = (unnamed === undefined ? named : this.#stored)[roles.indexOf(role)];
    if (weight === undefined || !weight.isFloat) throw this.#missing(role);
    return weight;
  }

  /** Numbers of a weight. */
  async numbers(role: WeightRole, roles: readonly WeightRole[]): Promise<Float32Array> {
    const weight = this.find(role, roles);
    const numbers = await weight.read();
    if (numbers.length !== elementCount(weight.shape)) throw this.#misfit(role);
    return numbers;
  }

  /** Puts a weight into the model, in a form that `make` gives it; once for each `form`. */
  initializer(graph: KerasGraph, form: string, make: () => Promise<WeightForm>): Promise<string> {
    const known = this.#initializers.get(form);
    if (known !== undefined) return known;
    const made = make().then(({ dimensions, values }) => {
      if (values.length !== elementCount(dimensions)) throw this.#misfit(form);
      return graph.builder.initializer(`${this.#name}/${form}`, dimensions, values);
    });
    this.#initializers.set(form, made);
    return made;
  }

  #misfit(role: string): ConvAtlasError {
    return new ConvAtlasError(
      "cannot-run",
      `${this.#fileName} cannot be run: the weights (${role}) of its layer “${shownName(this.#name)}” do not have the shape that the layer takes; save the whole model again with model.save().`,
    );
  }

  #missing(role: string): ConvAtlasError {
    return new ConvAtlasError(
      "cannot-run",
      `${this.#fileName} cannot be run: the weights (${role}) of its layer “${shownName(this.#name)}” are not among those that the file holds; save the whole model again with model.save().`,
    );
  }
}

/** Keras 1 writes the layer's name before the role, all others number what comes twice. */
function roleOf({ name }: StoredWeight): string {
  const last = (name.at(-1) ?? "").replace(/_\d+$/, "");
  const [plain = last] =
    /(?:depthwise_kernel|pointwise_kernel|(?:moving|running)_\w+|[^_]+)$/.exec(last) ?? [];
  return OTHER_NAMES.get(plain) ?? plain;
}

/** Finds the weights of every layer as the reader of the file finds the kernels. */
export class ModelWeights {
  readonly #matcher: WeightMatcher;
  readonly #fileName: string;
  readonly #kernels = new Map<string, StoredWeight>();
  readonly #layers = new Map<string, LayerWeights>();

  constructor(
    { groups }: Pick<KerasModel, "groups">,
    { convolutions }: Architecture,
    fileName: string,
  ) {
    this.#fileName = fileName;
    this.#matcher = new WeightMatcher(groups);
    for (const convolution of convolutions) this.#takeKernel(convolution);
  }

  /** @param path names from the outermost model's layer down to the layer itself. */
  of(path: readonly string[]): LayerWeights {
    const key = JSON.stringify(path);
    const known = this.#layers.get(key);
    if (known !== undefined) return known;
    const kernel = this.#kernels.get(key);
    const stored =
      kernel === undefined
        ? this.#matcher.takeLayer(path)
        : [kernel, ...this.#matcher.besides(kernel, path)];
    const weights = new LayerWeights(path.join("/"), this.#fileName, stored);
    this.#layers.set(key, weights);
    return weights;
  }

  /** Axis lengths of a convolution's kernel, in Keras 2's order; null for all other layers. */
  kernelShape(path: readonly string[]): readonly number[] | null {
    return this.#kernels.get(JSON.stringify(path))?.shape ?? null;
  }

  #takeKernel(convolution: ConfiguredConvolution): void {
    const { kind, path } = convolution;
    // Handed out as the reader does, so that none goes to another layer.
    if (kind === "unknown") this.#matcher.takeAll(convolution);
    const kernel = kind === "unknown" ? null : this.#matcher.takeKernel(convolution);
    if (kernel !== null) this.#kernels.set(JSON.stringify(path), kernel);
  }
}
