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

export interface Roles {
  readonly roles: readonly Role[];
  readonly warnings: readonly string[];
}

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
): Roles | null {
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
  if (!goesUp) return { roles: layers.map(() => "encoder"), warnings: [] };

  // Names tell layers of one size apart only where they differ in what they claim.
  const claims = layers.flatMap(({ name }, index) =>
    isSmallest(places[index].received) ? [roleFromName(name)] : [],
  );
  const namesDecide = new Set(claims).size > 1;
  const hasLevelsBefore = layers.some(
    ({ graphNode }, index) =>
      graphNode !== null && !isSmallest(places[index].received) && !isAfter[graphNode],
  );
  const roles = layers.map((layer, index): Role => {
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
  return { roles, warnings: [] };
}

/** Per node: whether it works on something that one of `starts` made. */
function descendants(graph: Graph, starts: ReadonlySet<number>): readonly boolean[] {
  const isAfter: boolean[] = [];
  for (const { inputs } of graph.nodes) {
    isAfter.push(inputs.some((input) => input !== null && (isAfter[input] || starts.has(input))));
  }
  return isAfter;
}

/** Roles without map sizes: from names where they tell, else from channel widths. */
export function rolesWithoutSizes(layers: readonly LayerOfRoles[]): Roles {
  const fromNames = rolesFromNames(layers);
  if (fromNames !== null) {
    const warnings = [
      "The file does not tell the map sizes, so the roles of the layers are read off their names and channel numbers; please check them.",
    ];
    return { roles: fromNames, warnings };
  }
  const fromWidths = rolesFromWidths(layers.map(({ outChannels }) => outChannels));
  if (fromWidths !== null) {
    const warnings = [
      "The file does not tell the map sizes, so the roles of the layers are a guess from their channel numbers; please check them.",
    ];
    return { roles: fromWidths, warnings };
  }
  const warnings = [
    "The file does not tell which layers are encoder and which are decoder; their roles are unknown.",
  ];
  return { roles: layers.map(() => "other"), warnings: layers.length === 0 ? [] : warnings };
}

function rolesFromNames(layers: readonly LayerOfRoles[]): Role[] | null {
  const named = layers.map(
    ({ name, operator }) =>
      roleFromName(name) ?? (operator === "ConvTranspose2d" ? "decoder" : null),
  );
  const lastEncoder = named.lastIndexOf("encoder");
  const firstDecoder = named.indexOf("decoder");
  if (lastEncoder < 0 && firstDecoder < 0) return null;
  if (firstDecoder < 0) {
    // Residual classifiers call single layers "downsample"; that alone says no more.
    const all = named.filter((role) => role !== null).length;
    return all * 2 < named.length ? null : named.map((role) => role ?? "encoder");
  }
  const widestStart = widestLayers(layers.slice(0, firstDecoder));
  return named.map((role, index) => {
    if (role !== null) return role;
    if (index > firstDecoder) return "decoder";
    return index > lastEncoder && (lastEncoder >= 0 || index >= widestStart)
      ? "bottleneck"
      : "encoder";
  });
}

/** Where the run of widest layers at the end of a way down starts; past the end if it has none. */
function widestLayers(wayDown: readonly LayerOfRoles[]): number {
  const widths = wayDown.map(({ outChannels }) => outChannels);
  const last = widths.at(-1) ?? 0;
  const narrower = widths.findLastIndex((width) => width < last);
  const isWidest = widths.every((width) => width <= last);
  return isWidest && narrower >= 0 ? narrower + 1 : widths.length;
}

/** Widths that rise to a widest middle and fall again are those of a U-Net. */
function rolesFromWidths(widths: readonly number[]): Role[] | null {
  const widest = widths.reduce((most, width) => Math.max(most, width), 0);
  const start = widths.indexOf(widest);
  const end = widths.lastIndexOf(widest);
  if (start <= 0) return null;
  const isRising = widths.slice(1, start + 1).every((width, at) => width >= widths[at]);
  const isLevel = widths.slice(start, end + 1).every((width) => width === widest);
  const falling = widths.slice(end);
  const isFalling = falling.slice(1).every((width, at) => width <= falling[at]);
  if (!isRising || !isLevel || !isFalling) return null;
  // One narrower layer at the end is a head, not a way up.
  if (falling.length <= 2) return widths.map(() => "encoder");
  return widths.map((_, index) =>
    index < start ? "encoder" : index <= end ? "bottleneck" : "decoder",
  );
}
