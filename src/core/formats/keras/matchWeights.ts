import { ConvAtlasError } from "../../errors.ts";
import type { Size2d } from "../../network/size2d.ts";
import type { ConfiguredConvolution } from "./configGraph.ts";
import { inKeras2Layout } from "./kerasOne.ts";
import type { KernelKind } from "./namedKernels.ts";
import {
  elementCount,
  type KernelPart,
  kernelPart,
  type StoredWeight,
  type WeightGroup,
  weightOwner,
} from "./storedWeights.ts";

/**
 * Weights looked at for all convolutions together. A file could call all layers of a nested model
 * by one name, or all weights by others than its layers': then each convolution looks at all.
 */
const MAX_LOOKS = 10_000_000;

/** Parts of a weight's name, from the last, that may name its layer: models nest 16 deep. */
const PARTS_INDEXED = 18;

/** The weights of a layer of the outermost model, which may be a model of thousands itself. */
class IndexedGroup {
  readonly weights: readonly StoredWeight[];
  #byPart: ReadonlyMap<string, readonly StoredWeight[]> | null = null;
  #kernels: readonly StoredWeight[] | null = null;

  constructor({ weights }: WeightGroup) {
    this.weights = weights;
  }

  /** Those with this part in their name. */
  naming(part: string): readonly StoredWeight[] {
    this.#byPart ??= indexByPart(this.weights);
    return this.#byPart.get(part) ?? [];
  }

  get kernels(): readonly StoredWeight[] {
    this.#kernels ??= this.weights.filter((weight) => kernelPart(weight) !== null);
    return this.#kernels;
  }
}

function indexByPart(
  weights: readonly StoredWeight[],
): ReadonlyMap<string, readonly StoredWeight[]> {
  const index = new Map<string, StoredWeight[]>();
  for (const weight of weights) {
    for (const part of new Set(weight.name.slice(-PARTS_INDEXED))) {
      const found = index.get(part);
      if (found === undefined) index.set(part, [weight]);
      else found.push(weight);
    }
  }
  return index;
}

/** A layer, of which no more than its place is known if it is no convolution. */
type Place = ConfiguredConvolution | { readonly path: readonly string[]; readonly kind: "unknown" };

/** Finds the weights of each layer of the configuration; hands each out once. */
export class WeightMatcher {
  readonly #groups: ReadonlyMap<string, IndexedGroup>;
  readonly #taken = new Set<StoredWeight>();
  #looks = 0;

  constructor(groups: readonly WeightGroup[]) {
    this.#groups = new Map(groups.map((group) => [group.layer, new IndexedGroup(group)]));
  }

  /** The kernel of a convolution, axes in Keras 2's order; null if the file does not hold it. */
  takeKernel(convolution: ConfiguredConvolution): StoredWeight | null {
    const candidates = this.#candidates(convolution);
    const parts = partsOf(convolution);
    const named = candidates.filter((weight) => parts.includes(kernelPart(weight) ?? "none"));
    const kernel =
      closest(named, convolution.path) ?? candidates.find(isOfRank(convolution)) ?? null;
    if (kernel === null) return null;
    this.#taken.add(kernel);
    const { kind, ordering } = convolution;
    return ordering === null ? kernel : inKeras2Layout(kernel, kernelKind(kind), ordering);
  }

  /** Whatever the file holds for a layer of an unknown class. */
  takeAll(place: Place): readonly StoredWeight[] {
    const candidates = this.#candidates(place);
    for (const weight of candidates) this.#taken.add(weight);
    return candidates;
  }

  /**
   * The weights of one layer that is no convolution, in the file's order. Of layers with one name
   * in different nested models those of the right model, as far as the names tell.
   */
  takeLayer(path: readonly string[]): readonly StoredWeight[] {
    const candidates = this.#candidates({ path, kind: "unknown" });
    const first = closest(candidates, path);
    const own =
      first === null || path.length === 1
        ? candidates
        : candidates.filter((weight) => isBeside(weight, first));
    for (const weight of own) this.#taken.add(weight);
    return own;
  }

  /** What else the file holds for the layer with this kernel: its bias, and all that follows. */
  besides(kernel: StoredWeight, path: readonly string[]): readonly StoredWeight[] {
    const group = this.#groups.get(path[0]);
    if (group === undefined) return [];
    const inner = path[path.length - 1];
    const isNamed = path.length > 1 && kernel.name.includes(inner);
    const among = isNamed ? group.naming(inner) : group.weights;
    this.#look(among.length);
    const others = among.filter((weight) => !isNamedAlike(weight, kernel));
    if (path.length === 1) return others;
    const beside = others.filter((weight) => isBeside(weight, kernel));
    // Keras 1 writes the layer's name before the role: "conv_W" and "conv_b".
    const stem = `${weightOwner(kernel)}_`;
    const hasStem = (weight: StoredWeight) => weight.name.at(-1)?.startsWith(stem) === true;
    return hasStem(kernel) ? beside.filter(hasStem) : beside;
  }

  /**
   * The layer's own group; within a nested model's group the weights that name the layer, with
   * all models around it or alone, or, where the names were changed, those whose shape fits.
   */
  #candidates(place: Place): readonly StoredWeight[] {
    const { path } = place;
    const group = this.#groups.get(path[0]);
    if (group === undefined) return [];
    if (path.length === 1) return this.#free(group.weights);
    const inner = path[path.length - 1];
    const within = this.#free(group.naming(inner));
    const whole = within.filter(({ name }) => path.every((part, index) => part === name[index]));
    if (whole.length > 0) return whole;
    const named = within.filter((weight) => weightOwner(weight) === inner);
    if (named.length > 0) return named;
    if (within.length > 0 || place.kind === "unknown") return within;
    return this.#free(group.kernels).filter((weight) => fits(weight, place));
  }

  /** Those that were not handed out. */
  #free(weights: readonly StoredWeight[]): readonly StoredWeight[] {
    this.#look(weights.length);
    return weights.filter((weight) => !this.#taken.has(weight));
  }

  #look(weights: number): void {
    this.#looks += weights;
    if (this.#looks > MAX_LOOKS) {
      throw new ConvAtlasError(
        "too-large",
        "The model nests more layers and weights in each other than can be told apart; check that it is the right file.",
      );
    }
  }
}

export function kernelKind(kind: ConfiguredConvolution["kind"]): KernelKind {
  if (kind === "transposed") return "transposed";
  return kind === "depthwise" || kind === "separable" ? "depthwise" : "plain";
}

function partsOf({ kind }: ConfiguredConvolution): readonly (KernelPart | "none")[] {
  switch (kind) {
    case "plain":
    case "transposed":
    case "oneDimensional":
    case "threeDimensional":
      return ["kernel"];
    case "depthwise":
      return ["depthwise_kernel", "kernel"];
    case "separable":
      return ["depthwise_kernel"];
    case "unknown":
      return [];
  }
}

/** Of weights of layers with one name in different nested models, that of the right model. */
function closest(weights: readonly StoredWeight[], path: readonly string[]): StoredWeight | null {
  const model = path[path.length - 2];
  return weights.find((weight) => weight.name.includes(model)) ?? weights[0] ?? null;
}

/** Whether two weights stand in one place, so that they are of one layer. */
function isBeside(one: StoredWeight, other: StoredWeight): boolean {
  const [places, others] = [one.name.slice(0, -1), other.name.slice(0, -1)];
  return places.join("/") === others.join("/");
}

function isNamedAlike(one: StoredWeight, other: StoredWeight): boolean {
  return one.name.join("/") === other.name.join("/");
}

function isOfRank({ kind }: ConfiguredConvolution): (weight: StoredWeight) => boolean {
  const rank = kind === "oneDimensional" ? 3 : kind === "threeDimensional" ? 5 : 4;
  return ({ shape }) => shape.length === rank && elementCount(shape) > 0;
}

/** Whether a kernel's shape is what the configuration says, as far as it says it. */
export function fits(
  { shape }: StoredWeight,
  { kind, kernelSize, filters }: ConfiguredConvolution,
): boolean {
  if (shape.length !== 4) return kind === "oneDimensional" || kind === "threeDimensional";
  const hasSize = kernelSize === null || isSame(kernelSize, [shape[0], shape[1]]);
  if (kind !== "plain" && kind !== "transposed") return hasSize;
  const stored = kind === "plain" ? shape[3] : shape[2];
  return hasSize && (filters === null || filters === stored);
}

function isSame(one: Size2d, other: Size2d): boolean {
  return one[0] === other[0] && one[1] === other[1];
}
