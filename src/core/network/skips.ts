import type { Graph } from "./graph.ts";
import type { ConvolutionLayer } from "./network.ts";
import { isLevelBelow, sideOf } from "./roles.ts";
import type { GraphSizes } from "./sizes.ts";
import type { SkipConnection } from "./structure.ts";

/** Steps of the search (links times origins of skips); a second of work, beyond any real network. */
const MAX_STEPS = 100_000_000;

/** A shallow map that joins deeper ones. */
interface Join {
  readonly node: number;
  readonly shallow: number;
}

/**
 * Skip connections: joins of a map with one that left it earlier, was reduced and brought
 * back to the same size meanwhile. Additions within a residual block are none.
 */
export function findSkips(
  layers: readonly Pick<ConvolutionLayer, "graphNode">[],
  graph: Graph,
  sizes: GraphSizes,
): SkipConnection[] {
  const layerOf = new Map<number, number>();
  for (const [layer, { graphNode }] of layers.entries()) {
    if (graphNode !== null) layerOf.set(graphNode, layer);
  }
  const last = lastLayerBefore(graph, layerOf);
  const next = firstLayerAfter(graph, layerOf);
  const joins = joinsByOrigin(graph, sizes, last);
  if (joins.size * linksOf(graph) > MAX_STEPS) return [];

  const skips = new Map<string, SkipConnection>();
  for (const [from, candidates] of joins) {
    const start = layers[from].graphNode;
    if (start === null) continue;
    for (const node of joinsAcross(start, candidates, graph, sizes)) {
      const to = next[node];
      if (to !== null && to !== from) skips.set(`${from}>${to}`, { from, to });
    }
  }
  return [...skips.values()].sort((one, other) => one.from - other.from || one.to - other.to);
}

/** Of `candidates`, the joins that bring a map of `start` together with one reduced meanwhile. */
function joinsAcross(
  start: number,
  candidates: readonly Join[],
  graph: Graph,
  sizes: GraphSizes,
): ReadonlySet<number> {
  const end = candidates.reduce((most, { node }) => Math.max(most, node), start);
  const lowest = lowestOnTheWay(graph, sizes, start, end);
  const isDeep = (input: number, node: number) => {
    const least = lowest[input - start];
    const size = sizes.outputs[node];
    return least !== undefined && size !== null && isLevelBelow(least, sideOf(size));
  };
  // The shallow map itself must not have been reduced since.
  const shallow = candidates.filter((join) => !isDeep(join.shallow, join.node));
  // Each join once: it may take thousands of shallow maps.
  const nodes = [...new Set(shallow.map(({ node }) => node))];
  return new Set(
    nodes.filter((node) =>
      graph.nodes[node].inputs.some(
        (input) =>
          input !== null && input >= start && isDeep(input, node) && isAlike(sizes, input, node),
      ),
    ),
  );
}

/** Nodes and what they take. */
function linksOf({ nodes }: Graph): number {
  return nodes.reduce((sum, { inputs }) => sum + 1 + inputs.length, 0);
}

/** Inputs of joins, grouped by the layer that last made them. */
function joinsByOrigin(
  graph: Graph,
  sizes: GraphSizes,
  last: readonly (number | null)[],
): Map<number, Join[]> {
  const joins = new Map<number, Join[]>();
  for (const [node, { operation, inputs }] of graph.nodes.entries()) {
    if (operation.kind !== "concatenate" && operation.kind !== "elementwise") continue;
    if (sizes.outputs[node] === null || inputs.length < 2) continue;
    for (const input of inputs) {
      const from = input === null ? null : last[input];
      if (input === null || from === null || !isAlike(sizes, input, node)) continue;
      const known = joins.get(from);
      if (known === undefined) joins.set(from, [{ node, shallow: input }]);
      else known.push({ node, shallow: input });
    }
  }
  return joins;
}

function isAlike(sizes: GraphSizes, one: number, other: number): boolean {
  const [first, second] = [sizes.outputs[one], sizes.outputs[other]];
  if (first === null || second === null) return false;
  return first[0] === second[0] && first[1] === second[1];
}

/** Per node: the latest layer on the way to it, itself included. */
function lastLayerBefore(graph: Graph, layerOf: ReadonlyMap<number, number>): (number | null)[] {
  const last: (number | null)[] = [];
  for (const [node, { inputs }] of graph.nodes.entries()) {
    let latest = layerOf.get(node) ?? null;
    if (latest === null) {
      for (const input of inputs) {
        const before = input === null ? null : last[input];
        if (before !== null && (latest === null || before > latest)) latest = before;
      }
    }
    last.push(latest);
  }
  return last;
}

/** Per node: the earliest layer that consumes it, directly or through other nodes. */
function firstLayerAfter(graph: Graph, layerOf: ReadonlyMap<number, number>): (number | null)[] {
  const next: (number | null)[] = graph.nodes.map(() => null);
  for (let node = graph.nodes.length - 1; node >= 0; node -= 1) {
    const layer = layerOf.get(node) ?? next[node];
    if (layer === null) continue;
    for (const input of graph.nodes[node].inputs) {
      if (input === null) continue;
      const known = next[input];
      if (known === null || layer < known) next[input] = layer;
    }
  }
  return next;
}

/**
 * For the nodes from `start` to `end`: the smallest map side on any way from `start` to
 * them, `start` itself not counted; undefined where no way leads.
 */
function lowestOnTheWay(
  graph: Graph,
  sizes: GraphSizes,
  start: number,
  end: number,
): (number | undefined)[] {
  const lowest: (number | undefined)[] = [Number.POSITIVE_INFINITY];
  for (let node = start + 1; node <= end; node += 1) {
    let least: number | undefined;
    for (const input of graph.nodes[node].inputs) {
      const before = input === null ? undefined : lowest[input - start];
      if (before !== undefined && (least === undefined || before < least)) least = before;
    }
    const own = sizes.outputs[node];
    lowest.push(least === undefined || own === null ? least : Math.min(least, sideOf(own)));
  }
  return lowest;
}
