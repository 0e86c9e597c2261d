import { describe, expect, it } from "vitest";
import { POSTER_FEATURES } from "../../../src/core/features/clinicalKernels.ts";
import { SeededRandom } from "../../../src/core/random/seededRandom.ts";
import {
  type Draw,
  findingsOf,
  type NoiseLayer,
  noiseKernels,
  SMALL_UNET,
} from "./noiseNetworks.ts";

const normal: Draw = (random) => random.normal();

/** Replaces every n-th kernel of a layer by a clinical one with some noise on it. */
function plant(kernels: Float32Array, id: string, every: number, random: SeededRandom): void {
  const feature = POSTER_FEATURES.find((candidate) => candidate.id === id);
  if (feature === undefined) throw new Error(`no feature ${id}`);
  for (let start = 0; start < kernels.length; start += 9 * every) {
    feature.kernel.forEach((entry, i) => {
      kernels[start + i] = entry + 0.01 * random.normal();
    });
  }
}

function plantedNetwork(change: (kernels: Float32Array[], random: SeededRandom) => void) {
  const random = new SeededRandom(77);
  const kernels = noiseKernels(SMALL_UNET, normal, random);
  change(kernels, random);
  return findingsOf(SMALL_UNET, kernels);
}

const inRole = (role: NoiseLayer["role"]) =>
  SMALL_UNET.flatMap((layer, index) => (layer.role === role ? index : []));

describe("the first question", () => {
  it("finds edge detectors that a tenth of the kernels are, and nothing else", async () => {
    const { filters } = await plantedNetwork((kernels, random) => {
      for (const layer of kernels) plant(layer, "edge", 10, random);
    });
    expect(filters).toMatchObject({ verdict: "more", reason: "labelsAboveNoise", layers: 11 });
    const clear = filters.labels.filter(({ verdict }) => verdict === "more");
    expect(clear.map(({ label }) => label)).toEqual(["edge"]);
    expect(clear[0].overGaussian.ratio).toBeGreaterThan(1.8);
    expect(clear[0].overShuffled.low).toBeGreaterThan(1.2);
  });

  it("owes means to the numbers of the kernels: shuffled, they still are means", async () => {
    const { filters } = await plantedNetwork((kernels, random) => {
      for (const layer of kernels) plant(layer, "mean", 10, random);
    });
    const mean = filters.labels.find(({ label }) => label === "mean");
    expect(mean).toMatchObject({ verdict: "noMore", reason: "aboveGaussianOnly" });
    expect(mean?.overGaussian.low).toBeGreaterThan(10);
    expect(filters.verdict).not.toBe("more");
  });
});

describe("the second question", () => {
  it("finds clusters of the decoder, and calls them firm", async () => {
    const { decoder, layers } = await plantedNetwork((kernels, random) => {
      for (const index of inRole("decoder")) {
        const scale = 0.1;
        for (let start = 0; start < kernels[index].length; start += 9) {
          const centre = (start / 9) % 3;
          for (let i = 0; i < 9; i++) {
            kernels[index][start + i] = (i % 3 === centre ? 6 : 0) * scale + scale * normal(random);
          }
        }
      }
    });
    expect(decoder).toMatchObject({ verdict: "more", reason: "decoderHigher", sampleSize: 64 });
    const clusters = decoder.contrasts.find(({ measure }) => measure === "clusters");
    expect(clusters?.adjustedPValue).toBeLessThan(1 / 60);
    for (const index of inRole("decoder")) {
      const { structure } = layers[index];
      if (structure.state !== "measured") throw new Error("every layer has enough kernels");
      expect(structure.clusters).toMatchObject({ firmness: "firm" });
      expect(structure.clusters?.stability.value).toBeGreaterThan(0.9);
      expect(structure.clusters?.stability.pValue).toBeCloseTo(1 / 20, 12);
    }
  });

  it("takes no layer for clustered that only varies more in one direction", async () => {
    const { decoder, layers } = await plantedNetwork((kernels, random) => {
      for (const index of inRole("decoder")) {
        for (let start = 0; start < kernels[index].length; start += 9) {
          const along = 8 * random.normal();
          for (let i = 0; i < 9; i++) kernels[index][start + i] = along + random.normal();
        }
      }
    });
    expect(decoder.verdict).toBe("noMore");
    const meanStability = (role: NoiseLayer["role"]) => {
      const values = inRole(role).map((index) => {
        const { structure } = layers[index];
        return structure.state === "measured" ? (structure.clusters?.stability.value ?? 0) : 0;
      });
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    };
    // One long cloud is cut at the same places each time, a round one anywhere.
    expect(meanStability("decoder")).toBeGreaterThan(2 * meanStability("encoder"));
  });

  it("finds skewed weights of the decoder", async () => {
    const { decoder } = await plantedNetwork((kernels, random) => {
      for (const index of inRole("decoder")) {
        kernels[index] = kernels[index].map(() => random.normal() ** 2);
      }
    });
    const normality = decoder.contrasts.find(({ measure }) => measure === "normality");
    expect(decoder.verdict).toBe("more");
    expect(normality?.difference).toBeGreaterThan(0);
    expect(normality?.adjustedPValue).toBeLessThan(1 / 60);
  });
});

describe("the third question", () => {
  it("finds an encoder whose deeper layers hold ever more edge detectors", async () => {
    const { encoder } = await plantedNetwork((kernels, random) => {
      plant(kernels[3], "edge", 3, random);
      plant(kernels[4], "edge", 2, random);
    });
    expect(encoder).toMatchObject({ verdict: "differ", reason: "aboveFloor", leftOut: 0 });
    expect(encoder.layers).toEqual([0, 1, 2, 3, 4]);
    expect(encoder.consecutive).toHaveLength(4);
    expect(encoder.meanDivergence).toBeGreaterThan(encoder.floorHigh ?? 1);
    for (const [row, entries] of encoder.matrix.entries()) {
      expect(entries[row]).toBe(0);
      entries.forEach((entry, column) => {
        expect(entry).toBe(encoder.matrix[column][row]);
      });
    }
  });

  it("does not count what all layers share", async () => {
    const { encoder } = await plantedNetwork((kernels, random) => {
      for (const layer of kernels) plant(layer, "edge", 4, random);
    });
    expect(encoder.verdict).not.toBe("differ");
  });
});

describe("small networks", () => {
  const of = (layers: readonly NoiseLayer[]) =>
    findingsOf(layers, noiseKernels(layers, normal, new SeededRandom(5)));

  it("cannot be told anything about, and each question says why", async () => {
    const tiny = await of([{ role: "encoder", side: 16, kernels: 32 }]);
    expect(tiny.filters).toMatchObject({ verdict: "cannotTell", reason: "fewKernels" });
    expect(tiny.decoder).toMatchObject({ verdict: "cannotTell", reason: "noDecoder" });
    expect(tiny.encoder).toMatchObject({ verdict: "cannotTell", reason: "fewLayers", leftOut: 1 });
    expect(tiny.layers[0].structure).toEqual({ state: "notMeasured", reason: "fewKernels" });
    expect(tiny.layers[0].lift).toHaveLength(7);
  });

  it("name labels that are too rare, and sides with too few layers", async () => {
    const roles = ["encoder", "encoder", "decoder"] as const;
    const found = await of(roles.map((role) => ({ role, side: 16, kernels: 50 })));
    expect(found.filters).toMatchObject({ verdict: "cannotTell", reason: "labelsUndecided" });
    const reasons = found.filters.labels.map(({ label, reason }) => [label, reason]);
    expect(reasons).toContainEqual(["mean", "rareLabel"]);
    expect(reasons).toContainEqual(["edge", "wideInterval"]);
    expect(found.decoder).toMatchObject({ verdict: "cannotTell", reason: "fewLayers" });
    expect(found.decoder.contrasts[0].smallestPValue).toBeCloseTo(1 / 3, 12);
    expect(found.encoder).toMatchObject({ verdict: "cannotTell", reason: "highFloor" });
  });

  it("and one without an encoder", async () => {
    const found = await of([{ role: "decoder", side: 16, kernels: 60 }]);
    expect(found.decoder).toMatchObject({ verdict: "cannotTell", reason: "noEncoder" });
    expect(found.encoder).toMatchObject({ verdict: "cannotTell", reason: "noEncoder" });
  });
});
