import { shownName } from "../shownName.ts";
import type { FoundNetwork } from "./findNetworks.ts";
import type { FoundTensor } from "./moduleTensors.ts";

/** Wrappers that training puts around a network (DataParallel, torch.compile, Lightning). */
const WRAPPERS = ["module", "_orig_mod", "model", "net", "network"];

/** Networks named in a remark. */
const NAMED = 4;

export interface ChosenTensors {
  readonly tensors: readonly FoundTensor[];
  readonly warnings: readonly string[];
}

/**
 * Of the sets of weights in a checkpoint, those to read: one of each network. A network saved
 * twice (as trained, and averaged over its training) is read once, as trained; different networks
 * (generator and discriminator) are all read.
 */
export function chooseNetworks(found: readonly FoundNetwork[]): ChosenTensors {
  const warnings: string[] = [];
  const plain = found.map(({ path, tensors }) => ({ path, tensors: withoutWrappers(tensors) }));
  const chosen = groupCopies(plain).map((copies) => {
    const best = copies.toSorted((one, other) => preference(other) - preference(one))[0];
    const others = copies.filter((copy) => copy !== best);
    if (others.length > 0) warnings.push(copyRemark(best, others));
    return best;
  });
  if (chosen.length <= 1) return { tensors: chosen.flatMap(({ tensors }) => tensors), warnings };
  const shared = sharedLength(chosen.map(({ path }) => path));
  const named = chosen.map(({ path, tensors }) => {
    const prefix = path
      .slice(shared)
      .map((key) => `${key}.`)
      .join("");
    return { prefix, tensors: tensors.map((tensor) => withPrefix(tensor, prefix)) };
  });
  return { tensors: named.flatMap(({ tensors }) => tensors), warnings };
}

/** Takes "module." and the like from all names if all have it. */
function withoutWrappers(tensors: readonly FoundTensor[]): readonly FoundTensor[] {
  let stripped = tensors;
  for (let wrappers = 0; wrappers < MAX_WRAPPERS; wrappers += 1) {
    const prefix = WRAPPERS.map((wrapper) => `${wrapper}.`).find((candidate) =>
      stripped.every(({ name }) => name.startsWith(candidate)),
    );
    if (prefix === undefined) break;
    stripped = stripped.map((tensor) => ({ ...tensor, name: tensor.name.slice(prefix.length) }));
  }
  return stripped;
}

/** One around the other; two are usual. */
const MAX_WRAPPERS = 8;

function withPrefix(tensor: FoundTensor, prefix: string): FoundTensor {
  return { ...tensor, name: `${prefix}${tensor.name}` };
}

/** Sets of weights with the same convolutions, by name and shape, belong to one network. */
function groupCopies(networks: readonly FoundNetwork[]): readonly (readonly FoundNetwork[])[] {
  if (networks.length > MAX_COMPARED) return networks.map((network) => [network]);
  const groups: FoundNetwork[][] = [];
  for (const network of networks) {
    const group = groups.find(([first]) => isCopy(first, network));
    if (group === undefined) groups.push([network]);
    else group.push(network);
  }
  return groups;
}

/** More sets of weights are single layers. */
const MAX_COMPARED = 1000;

/**
 * Single layers may well have the same names and shapes (`conv1` and `conv2`) and are no copies. A
 * list has no names: its shapes tell, of more layers than two networks share by chance.
 */
function isCopy(one: FoundNetwork, other: FoundNetwork): boolean {
  const [ones, others] = [one, other].map(({ tensors }) =>
    tensors.filter(({ tensor }) => tensor.shape.length >= 3),
  );
  if (ones.length < 2 || ones.length !== others.length) return false;
  const isList = ones.length >= MIN_LISTED && (isUnnamed(one) || isUnnamed(other));
  return ones.every(
    ({ name, tensor }, index) =>
      (isList || name === others[index].name) &&
      `${tensor.shape}` === `${others[index].tensor.shape}`,
  );
}

const MIN_LISTED = 4;

function isUnnamed({ tensors }: FoundNetwork): boolean {
  return tensors.every(({ name }) => /^\d+$/.test(name));
}

/** The best of the training before its last, either before an average (EMA, SWA) or a bare list. */
function preference(network: FoundNetwork): number {
  const name = network.path.join(".");
  if (isUnnamed(network)) return -1;
  if (/ema|averag|swa|shadow/i.test(name)) return 0;
  return /best/i.test(name) ? 2 : 1;
}

function copyRemark(best: FoundNetwork, others: readonly FoundNetwork[]): string {
  const names = others.slice(0, NAMED).map(({ path }) => `“${shownName(path.join("."))}”`);
  const more = others.length > NAMED ? ` and ${others.length - NAMED} more` : "";
  return `The file holds this network more than once; “${shownName(best.path.join("."))}” was read, and not ${names.join(", ")}${more}.`;
}

function sharedLength(paths: readonly (readonly string[])[]): number {
  const [first, ...others] = paths;
  const shortest = Math.min(...paths.map(({ length }) => length));
  let length = 0;
  while (length < shortest && others.every((path) => path[length] === first[length])) length += 1;
  return length;
}
