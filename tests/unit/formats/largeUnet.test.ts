import { describe, expect, it } from "vitest";
import { memorySource } from "../../../src/core/bytes/memorySource.ts";
import { onnxFormat } from "../../../src/core/formats/onnx.ts";
import { resolveStructure } from "../../../src/core/network/resolveStructure.ts";
import { largeUnetBytes } from "../../support/largeUnet.ts";
import { join } from "../../support/onnxWriter.ts";
import { readAs } from "../../support/readModel.ts";

const WIDTH = 4;
const bytes = join(...largeUnetBytes({ width: WIDTH, side: 512, seed: 3 }));

describe("the U-Net that large models are measured with", () => {
  it("is read with the sizes of its maps, from 512 down to 32 and up again", async () => {
    const network = await readAs(onnxFormat, memorySource("unet.onnx", bytes));
    const { places } = resolveStructure(network, { grid: "layer", inputSize: 256 });
    expect(places.map(({ role, grid, gridSource }) => `${role} ${grid} ${gridSource}`)).toEqual(
      [
        "encoder 512,512",
        "encoder 512,512",
        "encoder 256,256",
        "encoder 256,256",
        "encoder 128,128",
        "encoder 128,128",
        "encoder 64,64",
        "encoder 64,64",
        "bottleneck 32,32",
        "bottleneck 32,32",
        // Upsamplings receive the smaller of the two maps between which they stand.
        "decoder 32,32",
        "decoder 64,64",
        "decoder 64,64",
        "decoder 64,64",
        "decoder 128,128",
        "decoder 128,128",
        "decoder 128,128",
        "decoder 256,256",
        "decoder 256,256",
        "decoder 256,256",
        "decoder 512,512",
        "decoder 512,512",
      ].map((place) => `${place} graph`),
    );
  });

  it("has 31,030,593 parameters at width 64", async () => {
    const network = await readAs(onnxFormat, memorySource("unet.onnx", bytes));
    expect(parametersOf(64)).toBe(31_030_593);
    expect(network.parameters).toBe(parametersOf(WIDTH));
  });

  it("gets its kernels into shared memory, in the file's order or another", async () => {
    const network = await readAs(onnxFormat, memorySource("unet.onnx", bytes));
    for (const { name, kernels } of network.layers) {
      expect(kernels.buffer, name).toBeInstanceOf(SharedArrayBuffer);
      expect(kernels.byteLength, name).toBe(kernels.buffer.byteLength);
    }
  });

  it("has weights of variance 2 / fan-in, the same for the same seed only", async () => {
    const network = await readAs(onnxFormat, memorySource("unet.onnx", bytes));
    for (const { name, operator, kernels, inChannels } of network.layers) {
      if (kernels.length < 2_000) continue;
      const fanIn = inChannels * (operator === "Conv2d" ? 9 : 1);
      const variance = kernels.reduce((sum, entry) => sum + entry ** 2, 0) / kernels.length;
      // Five standard errors of a variance: 5 sqrt(2 / n).
      const spread = 5 * Math.sqrt(2 / kernels.length);
      expect(Math.abs((variance * fanIn) / 2 - 1), name).toBeLessThan(spread);
    }
    const again = join(...largeUnetBytes({ width: WIDTH, side: 512, seed: 3 }));
    const other = join(...largeUnetBytes({ width: WIDTH, side: 512, seed: 4 }));
    expect(Buffer.compare(again, bytes)).toBe(0);
    expect(Buffer.compare(other, bytes)).not.toBe(0);
  });
});

/** Weights and biases, counted block by block. */
function parametersOf(width: number): number {
  const block = (inputs: number, outputs: number) => 9 * (inputs + outputs) * outputs + 2 * outputs;
  let sum = width + 1; // the 1x1 head
  for (let level = 0; level < 5; level++) {
    const own = width * 2 ** level;
    sum += block(level === 0 ? 1 : own / 2, own);
    if (level < 4) sum += block(2 * own, own) + 4 * 2 * own * own + own;
  }
  return sum;
}
