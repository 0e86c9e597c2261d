import type { Architecture } from "../../formats/keras/configGraph.ts";
import type { Operation } from "../../network/graph.ts";
import type { AxisLength } from "../onnxModel.ts";
import type { ModelWeights } from "./layerWeights.ts";

/** Names of an input's axes that are open. */
const OPEN_AXES = {
  channelsLast: ["batch", "height", "width", "channels"],
  channelsFirst: ["batch", "channels", "height", "width"],
} as const;

/** What keeps the channels of a map, so that they are those of the input. */
const KEEPS_CHANNELS: ReadonlySet<Operation["kind"]> = new Set([
  "elementwise",
  "pool",
  "pad",
  "resize",
]);

/**
 * Axis lengths of an input: as the configuration states them, the batch open. Channels that it
 * leaves open are those that the kernels of the first convolution take.
 */
export function inputAxes(
  architecture: Architecture,
  index: number,
  weights: ModelWeights,
): readonly AxisLength[] {
  const { graph } = architecture;
  const { operation } = graph.nodes[index];
  const dimensions = operation.kind === "input" ? operation.dimensions : [];
  const names = dimensions.length === 4 ? OPEN_AXES[graph.layout] : [];
  return dimensions.map((length, axis) => {
    if (axis === 0) return "batch";
    const name = names[axis] ?? `axis_${axis}`;
    if (length !== null) return length;
    return (name === "channels" ? channelsTaken(architecture, index, weights) : null) ?? name;
  });
}

function channelsTaken(
  { graph, convolutions }: Architecture,
  index: number,
  weights: ModelWeights,
): number | null {
  for (const { kind, path, groups, graphNode } of convolutions) {
    const shape = weights.kernelShape(path);
    if (shape?.length !== 4) continue;
    let at = graph.nodes[graphNode].inputs[0];
    while (at != null && at !== index && KEEPS_CHANNELS.has(graph.nodes[at].operation.kind)) {
      at = graph.nodes[at].inputs[0];
    }
    if (at !== index) continue;
    if (kind === "transposed") return shape[3];
    return kind === "plain" ? shape[2] * groups : shape[2];
  }
  return null;
}
