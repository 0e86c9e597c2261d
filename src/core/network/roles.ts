import type { Graph } from "./graph.ts";
import { roleFromName } from "./layerNames.ts";
import type { ConvolutionLayer } from "./network.ts";
import type { Size2d } from "./size2d.ts";
import type { GraphSizes } from "./sizes.ts";
import type { Role } from "./structure.ts";

/** What roles are read from. */
export type LayerOfRoles = Pick<
  ConvolutionLayer,
  "name" | "operator" | "outChannels" | "graphNode"
>;

/**
 * Maps whose sides differ by less than this belong to one level of resolution: unpadded
 * convolutions shave pixels off, levels lie a factor of two apart.
 */
const LEVEL_RATIO = 1.5;

/** Mean side of a map. */
export function sideOf([height, width]: Size2d): number {
  return Math.sqrt(height * width);
}

/** Whether a map lies a level of resolution (or more) below another. */
export function isLevelBelow(side: number, other: number): boolean {
  return side * LEVEL_RATIO <= other;
}

/** Roles from the course of map sizes; null where the graph does not tell the sizes. */
export function rolesFromSizes(
  layers: readonly LayerOfRoles[],
  graph: Graph,
  sizes: GraphSizes,
): readonly Role[] | null {
  const places = layers.map(({ graphNode }) => {
    const received = graphNode === null ? null : sizes.received[graphNode];
    const made = graphNode === null ? null : sizes.outputs[graphNode];
    return {
      received: received ? sideOf(received) : null,
      made: made ? sideOf(made) : null,
    };
  });
  const sides = places.flatMap(({ received, made }) =>
    received === null ? [] : [received, made ?? received],
  );
  const known = places.filter(({ received }) => received !== null).length;
  // A course of sizes with more gaps than entries has no telling lowest point.
  if (known === 0 || known * 2 < layers.length) return null;
  const smallest = sides.reduce((least, side) => Math.min(least, side));
  const isSmallest = (side: number | null) => side !== null && !isLevelBelow(smallest, side);

  const reached = new Set(
    layers.flatMap(({ graphNode }, index) =>
      graphNode !== null && (isSmallest(places[index].received) || isSmallest(places[index].made))
        ? [graphNode]
        : [],
    ),
  );
  const isAfter = descendants(graph, reached);
  const goesUp = graph.nodes.some((_, node) => {
    const made = sizes.outputs[node];
    return isAfter[node] && made !== null && !isSmallest(sideOf(made));
  });
  if (!goesUp) return layers.map(() => "encoder");

  // Names tell layers of one size apart only where they differ in what they claim.
  const claims = layers.flatMap(({ name }, index) =>
    isSmallest(places[index].received) ? [roleFromName(name)] : [],
  );
  const namesDecide = new Set(claims).size > 1;
  const hasLevelsBefore = layers.some(
    ({ graphNode }, index) =>
      graphNode !== null && !isSmallest(places[index].received) && !isAfter[graphNode],
  );
  return layers.map((layer, index): Role => {
    const { received, made } = places[index];
    const named = roleFromName(layer.name);
    if (received === null) {
      return (
        named ?? (layer.graphNode !== null && isAfter[layer.graphNode] ? "decoder" : "encoder")
      );
    }
    if (!isSmallest(received)) {
      return layer.graphNode !== null && isAfter[layer.graphNode] ? "decoder" : "encoder";
    }
    if (namesDecide && named !== null) return named;
    if (made !== null && isLevelBelow(received, made)) return "decoder";
    // A network that starts at its smallest size (super-resolution) has no way down.
    return hasLevelsBefore ? "bottleneck" : "encoder";
  });
}

/** Per node: whether it works on something that one of `starts` made. */
function descendants(graph: Graph, starts: ReadonlySet<number>): readonly boolean[] {
  const isAfter: boolean[] = [];
  for (const { inputs } of graph.nodes) {
    isAfter.push(inputs.some((input) => input !== null && (isAfter[input] || starts.has(input))));
  }
  return isAfter;
}
