import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { modelAt } from "../../src/cli/diskFiles.ts";
import { ConvAtlasError } from "../../src/core/errors.ts";
import type { Network } from "../../src/core/network/network.ts";
import { resolveStructure } from "../../src/core/network/resolveStructure.ts";
import { corpus, expected } from "../support/corpus.ts";
import { readAs } from "../support/readModel.ts";

const SETTINGS = { grid: "layer", inputSize: 256 } as const;

interface Tally {
  networks: number;
  layers: number;
  rightRoles: number;
  rightLevels: number;
}

/** The networks of the corpus whose graph tells the sizes of their maps. */
async function networksWithGraph(): Promise<readonly Network[]> {
  const networks: Network[] = [];
  for (const model of Object.keys(expected.models)) {
    try {
      const { format, source, companions } = await modelAt(join(corpus ?? "", model));
      const network = await readAs(format, source, companions);
      if (network.graph !== null && network.layers.length > 0) networks.push(network);
    } catch (error) {
      // Files that must be refused are tested elsewhere.
      if (!(error instanceof ConvAtlasError)) throw error;
    }
  }
  return networks.filter((network) => resolveStructure(network, SETTINGS).roleGuess === null);
}

/** The same network as a file of weights alone would hold it. */
function withoutGraph(network: Network): Network {
  const layers = network.layers.map((layer) => ({ ...layer, graphNode: null }));
  return { ...network, graph: null, layers };
}

describe.skipIf(corpus === null)("guesses without a graph, against what the graph says", () => {
  it("are right as often as they claim", async () => {
    const tallies = new Map<string, Tally>();
    for (const network of await networksWithGraph()) {
      const truth = resolveStructure(network, SETTINGS).places;
      const { places, levels, roleGuess } = resolveStructure(withoutGraph(network), SETTINGS);
      const largest = Math.max(...truth.map(({ grid }) => grid[0]));
      const key = `${roleGuess?.basis}, ${roleGuess?.confidence}`;
      const tally = tallies.get(key) ?? { networks: 0, layers: 0, rightRoles: 0, rightLevels: 0 };
      tallies.set(key, tally);
      tally.networks += 1;
      for (const [index, place] of places.entries()) {
        const level = Math.round(Math.log2(largest / truth[index].grid[0]));
        tally.layers += 1;
        if (place.role === truth[index].role) tally.rightRoles += 1;
        if (levels[index] === level) tally.rightLevels += 1;
      }
    }
    for (const [key, { networks, layers, rightRoles, rightLevels }] of tallies) {
      process.stdout.write(
        `guessed by ${key}: roles ${rightRoles} and levels ${rightLevels} of ${layers} layers, ${networks} networks\n`,
      );
    }
    const guessed = [...tallies].filter(([key]) => !key.startsWith("nothing"));
    const sum = (count: (tally: Tally) => number) =>
      guessed.reduce((total, [, tally]) => total + count(tally), 0);
    expect(sum(({ layers }) => layers)).toBeGreaterThan(150);
    expect(sum(({ rightRoles }) => rightRoles) / sum(({ layers }) => layers)).toBeGreaterThan(0.9);
    expect(sum(({ rightLevels }) => rightLevels) / sum(({ layers }) => layers)).toBeGreaterThan(
      0.6,
    );
  });
});
