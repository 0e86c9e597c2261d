import { describe, expect, it } from "vitest";
import { findingsInTurns } from "../../../src/core/findings/findingsInTurns.ts";
import { SeededRandom } from "../../../src/core/random/seededRandom.ts";
import { type NoiseLayer, noiseKernels, requestOf, SMALL_UNET } from "./noiseNetworks.ts";

const never = new AbortController().signal;
const layer: NoiseLayer = { role: "encoder", side: 8, kernels: 120 };
const normalKernels = (layers: readonly NoiseLayer[]) =>
  noiseKernels(layers, (random) => random.normal(), new SeededRandom(12));

describe("structure of odd layers", () => {
  it("is of the kernels that are finite and not all zero", async () => {
    const layers = [layer, layer];
    const kernels = normalKernels(layers);
    kernels[0].fill(0, 0, 9 * 40);
    kernels[0].fill(Number.NaN, 9 * 40, 9 * 50);
    kernels[1].fill(0, 0, 9 * 71);
    const found = await findingsInTurns(await requestOf(layers, kernels), kernels, never);
    expect(found.layers[0].structure).toMatchObject({ state: "measured", kernels: 70 });
    expect(found.layers[1].structure).toEqual({ state: "notMeasured", reason: "fewKernels" });
    expect(found.decoder.sampleSize).toBe(70);
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
  });

  it("has no normality where kernels leave a direction out", async () => {
    const kernels = normalKernels([layer]);
    for (let start = 0; start < kernels[0].length; start += 9) kernels[0][start] = 0;
    const found = await findingsInTurns(await requestOf([layer], kernels), kernels, never);
    expect(found.layers[0].structure).toEqual({ state: "notMeasured", reason: "flat" });
  });

  it("has no firmness of a single cluster, and normality is still compared", async () => {
    const kernels = normalKernels(SMALL_UNET);
    const request = await requestOf(SMALL_UNET, kernels);
    const settings = { ...request.settings, clusters: 1 };
    const found = await findingsInTurns({ ...request, settings }, kernels, never);
    expect(found.layers[0].structure).toMatchObject({ state: "measured", clusters: null });
    expect(found.decoder.contrasts).toMatchObject([
      { measure: "normality", encoderLayers: 5, decoderLayers: 5 },
      { measure: "clusters", encoderLayers: 0, decoderLayers: 0, pValue: null, difference: null },
    ]);
    expect(found.decoder.verdict).toBe("noMore");
  });

  it("compares clusters after the chosen normalisation, normality of kernels as they are", async () => {
    // Two directions, lengths from 1 to 50: unit kernels lie in two heaps, others do not.
    const random = new SeededRandom(31);
    const kernels = [new Float32Array(9 * 120)];
    for (let start = 0; start < kernels[0].length; start += 9) {
      const length = 50 ** random.uniform();
      const towards = (start / 9) % 2;
      for (let i = 0; i < 9; i++) {
        kernels[0][start + i] = length * ((i % 2 === towards ? 1 : 0) + 0.1 * random.normal());
      }
    }
    const request = await requestOf([layer], kernels);
    const of = async (normalisation: "none" | "unit") => {
      const settings = { ...request.settings, clusters: 2, normalisation };
      const found = await findingsInTurns({ ...request, settings }, kernels, never);
      const { structure } = found.layers[0];
      if (structure.state !== "measured") throw new Error("the layer has enough kernels");
      return structure;
    };
    const [plain, unit] = [await of("none"), await of("unit")];
    expect(unit.normality).toEqual(plain.normality);
    expect(unit.clusters?.stability.value).toBeCloseTo(1, 12);
    expect(unit.clusters?.firmness).toBe("firm");
    expect(plain.clusters?.silhouette.value).toBeLessThan(unit.clusters?.silhouette.value ?? 0);
  });
});
