import type { NamedTensor } from "./namedTensor.ts";

/** Weights that PyTorch stores as two or three tensors and multiplies when the network runs. */
interface Pair {
  readonly ending: string;
  /** Ending of the tensor that has the shape of the weights. */
  readonly direction: string;
  readonly others: readonly string[];
  readonly combine: (shape: readonly number[], parts: readonly Float32Array[]) => Float32Array;
}

const PAIRS: readonly Pair[] = [
  // torch.nn.utils.weight_norm, and as a parametrization.
  { ending: ".weight", direction: ".weight_v", others: [".weight_g"], combine: normed },
  {
    ending: ".weight",
    direction: ".parametrizations.weight.original1",
    others: [".parametrizations.weight.original0"],
    combine: normed,
  },
  // torch.nn.utils.prune.
  { ending: ".weight", direction: ".weight_orig", others: [".weight_mask"], combine: masked },
  // torch.nn.utils.spectral_norm.
  {
    ending: ".weight",
    direction: ".weight_orig",
    others: [".weight_u", ".weight_v"],
    combine: spectrallyNormed,
  },
  // The same as a parametrization.
  {
    ending: ".weight",
    direction: ".parametrizations.weight.original",
    others: [".parametrizations.weight.0._u", ".parametrizations.weight.0._v"],
    combine: spectrallyNormed,
  },
];

/** The word of a tensor name that is one part of such weights, standing alone. */
export function isPairPart(word: string): boolean {
  return word === "original" || word === "original1";
}

/** The tensors with each such group replaced, at the place of its largest, by the weights it makes. */
export function withPairsJoined(tensors: readonly NamedTensor[]): readonly NamedTensor[] {
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const used = new Set<NamedTensor>();
  const joined = tensors.map((tensor) => {
    for (const pair of PAIRS) {
      if (!tensor.name.endsWith(pair.direction) || tensor.shape.length < 2) continue;
      const stem = tensor.name.slice(0, -pair.direction.length);
      const others = pair.others.flatMap((ending) => byName.get(stem + ending) ?? []);
      if (others.length < pair.others.length || !fits(tensor, others, pair)) continue;
      for (const other of others) used.add(other);
      return together(`${stem}${pair.ending}`, tensor, others, pair);
    }
    return tensor;
  });
  return used.size === 0 ? tensors : joined.filter((tensor) => !used.has(tensor));
}

function fits({ shape }: NamedTensor, others: readonly NamedTensor[], { combine }: Pair): boolean {
  if (!others.every(({ isFloat }) => isFloat)) return false;
  const lengths = others.map((other) => entriesOf(other.shape));
  if (combine === masked) return lengths[0] === entriesOf(shape);
  if (combine === normed) return shape.slice(0, 2).includes(lengths[0]);
  return shape.slice(0, 2).includes(lengths[0]) && lengths[0] * lengths[1] === entriesOf(shape);
}

function together(
  name: string,
  tensor: NamedTensor,
  others: readonly NamedTensor[],
  { combine }: Pair,
): NamedTensor {
  return {
    name,
    shape: tensor.shape,
    isFloat: tensor.isFloat,
    module: tensor.module,
    async read() {
      const parts = [await tensor.read()];
      for (const other of others) parts.push(await other.read());
      return combine(tensor.shape, parts);
    },
  };
}

/** w = g v / |v|, a length g for each slice along the axis that g has (arXiv 1602.07868). */
function normed(shape: readonly number[], [v, g]: readonly Float32Array[]): Float32Array {
  const channel = channelOf(shape, g.length);
  const squares = new Float64Array(g.length);
  for (const [index, entry] of v.entries()) squares[channel(index)] += entry * entry;
  const factors = squares.map((square, at) => (square === 0 ? 0 : g[at] / Math.sqrt(square)));
  return v.map((entry, index) => entry * factors[channel(index)]);
}

function masked(_: readonly number[], [weights, mask]: readonly Float32Array[]): Float32Array {
  return weights.map((entry, index) => entry * mask[index]);
}

/** w / (u^T W v), with W as a matrix whose rows run along the axis that u has (arXiv 1802.05957). */
function spectrallyNormed(
  shape: readonly number[],
  [weights, u, v]: readonly Float32Array[],
): Float32Array {
  const row = channelOf(shape, u.length);
  const inner = entriesOf(shape.slice(1));
  const depth = entriesOf(shape.slice(2));
  const isFirst = shape[0] === u.length;
  let sigma = 0;
  for (const [index, entry] of weights.entries()) {
    const column = isFirst ? index % inner : Math.floor(index / inner) * depth + (index % depth);
    sigma += u[row(index)] * entry * v[column];
  }
  return sigma === 0 ? weights : weights.map((entry) => entry / sigma);
}

/** Position along the outermost of the first two axes that has this length. */
function channelOf(shape: readonly number[], length: number): (index: number) => number {
  const axis = shape[0] === length ? 0 : 1;
  const inner = entriesOf(shape.slice(axis + 1));
  return (index) => Math.floor(index / inner) % length;
}

function entriesOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
