import type { AnalysedLayer, Analysis } from "../analysis/analysis.ts";
import type { LayerMatching, LayerPair, MatchedBy } from "./comparison.ts";

/**
 * Pairs the layers of two models. First by name, where the kernels have one size; formats write
 * separators differently ("encoder.0.conv1", "encoder_0_conv1"), so only letters and digits
 * count. What is left is paired by position among the layers of the same half of the network
 * (encoder, bottleneck, decoder) and kernel size.
 */
export function matchLayers(a: Analysis, b: Analysis): LayerMatching {
  const pairs: LayerPair[] = [];
  const leftA = new Set(a.layers.keys());
  const leftB = new Set(b.layers.keys());
  const pairUp = (by: MatchedBy, keyOf: (layer: AnalysedLayer) => string) => {
    const waiting = new Map<string, number[]>();
    for (const index of leftB) {
      const key = keyOf(b.layers[index]);
      const queue = waiting.get(key);
      if (queue === undefined) waiting.set(key, [index]);
      else queue.push(index);
    }
    for (const index of leftA) {
      const partner = waiting.get(keyOf(a.layers[index]))?.shift();
      if (partner === undefined) continue;
      pairs.push({ a: index, b: partner, by });
      leftA.delete(index);
      leftB.delete(partner);
    }
  };
  // The exact name first: two names that differ in a dot alone must not swap partners.
  pairUp("name", (layer) => `${sizeKey(layer)} ${layer.description.name}`);
  pairUp("name", (layer) => `${sizeKey(layer)} ${plainName(layer.description.name)}`);
  pairUp("position", (layer) => `${sizeKey(layer)} ${layer.place.role}`);
  pairs.sort((first, second) => first.a - second.a);
  return { pairs, onlyA: [...leftA], onlyB: [...leftB] };
}

function sizeKey({ description }: AnalysedLayer): string {
  return description.kernelSize.join("x");
}

/** "Encoder_0/Conv1" as "encoder 0 conv1". */
function plainName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}
