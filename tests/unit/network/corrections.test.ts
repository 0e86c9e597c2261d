import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Corrections,
  correctNetwork,
  NO_CORRECTIONS,
} from "../../../src/core/network/corrections.ts";
import { parseCorrections } from "../../../src/core/network/correctionsFile.ts";
import {
  KERNEL_LAYOUTS,
  type KernelLayout,
  kernelShape,
  kernelSlices,
  storedAxes,
  storedFromSlices,
} from "../../../src/core/network/kernelTensor.ts";
import type { Network } from "../../../src/core/network/network.ts";
import { resolveStructure } from "../../../src/core/network/resolveStructure.ts";
import { layer, networkOf } from "../../support/graphs.ts";

const SETTINGS = { grid: "layer", inputSize: 256 } as const;

function corrections(some: Partial<Corrections>): Corrections {
  return { ...NO_CORRECTIONS, ...some };
}

function placesOf(network: Network, some: Partial<Corrections>) {
  return resolveStructure(network, { ...SETTINGS, corrections: corrections(some) }).places;
}

const bare = networkOf(
  [
    layer("encoder.0.conv", { outChannels: 16 }),
    layer("encoder.1.conv", { outChannels: 32 }),
    layer("bridge", { outChannels: 64 }),
    layer("decoder.0.conv", { outChannels: 32 }),
    layer("decoder.1.conv", { outChannels: 16 }),
  ],
  null,
);

describe("corrections of places", () => {
  it("win over what was guessed, and say so", () => {
    const places = placesOf(bare, {
      layers: { bridge: { role: "encoder", mapSize: [40, 24] } },
    });
    expect(places[2]).toEqual({
      role: "encoder",
      roleSource: "user",
      grid: [40, 24],
      gridSource: "settings",
    });
    expect(places[1]).toMatchObject({ roleSource: "guess", grid: [64, 64], gridSource: "default" });
  });

  it("derive the maps of all layers from the side of the input image", () => {
    const places = placesOf(bare, { inputSide: 200 });
    expect(places.map(({ grid }) => grid[0])).toEqual([200, 100, 50, 100, 200]);
    expect(places.every(({ gridSource }) => gridSource === "settings")).toBe(true);
  });

  it("do not take a layer called constructor for a corrected one", () => {
    const [place] = placesOf(networkOf([layer("constructor")], null), { inputSide: null });
    expect(place).toMatchObject({ role: "other", gridSource: "default" });
  });
});

describe("correctNetwork", () => {
  it("leaves a network without corrections as it is", () => {
    expect(correctNetwork(bare, NO_CORRECTIONS)).toBe(bare);
  });

  it("puts layers in the stated order; those not named follow their predecessor", () => {
    const order = ["decoder.0.conv", "bridge", "encoder.0.conv"];
    const { layers } = correctNetwork(bare, corrections({ order }));
    expect(layers.map(({ name }) => name)).toEqual([
      "decoder.0.conv",
      "decoder.1.conv",
      "bridge",
      "encoder.0.conv",
      "encoder.1.conv",
    ]);
  });

  it("reads a plain convolution as a transposed one: channels exchanged, the same slices", () => {
    const kernels = Float32Array.from({ length: 6 * 9 }, (_, at) => Math.floor(at / 9));
    const plain = layer("up", { inChannels: 2, outChannels: 3, kernels });
    const network: Network = {
      ...networkOf([plain], null),
      questions: [
        { layer: "up", readAs: "out,in/g,h,w", alternatives: ["in,out/g,h,w"], doubt: null },
      ],
    };
    const asked = corrections({ layers: { up: { layout: "in,out/g,h,w" } } });
    const [read] = correctNetwork(network, asked).layers;
    expect(read).toMatchObject({ operator: "ConvTranspose2d", inChannels: 3, outChannels: 2 });
    // Stored (in 3, out 2): slice K[o, i] stands at i * 2 + o.
    const firsts = [0, 1, 2, 3, 4, 5].map((slice) => read.kernels[slice * 9]);
    expect(firsts).toEqual([0, 2, 4, 1, 3, 5]);
  });

  it("leaves out what does not fit, with a warning", () => {
    const asked = corrections({ layers: { gone: {}, bridge: { layout: "in,out/g,h,w" } } });
    const { layers, warnings } = correctNetwork(bare, asked);
    expect(layers).toEqual(bare.layers);
    expect(warnings).toHaveLength(2);
  });
});

describe("layouts of kernel tensors", () => {
  const side = fc.integer({ min: 2, max: 4 });
  const channels = fc.integer({ min: 1, max: 4 });

  it("slicing and its inverse undo each other in every layout", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...KERNEL_LAYOUTS),
        side,
        side,
        channels,
        channels,
        channels,
        (layout, height, width, a, b, groups) => {
          const axes: Record<KernelLayout, readonly number[]> = {
            "out,in/g,h,w": [a * groups, b, height, width],
            "in,out/g,h,w": [a * groups, b, height, width],
            "h,w,in/g,out": [height, width, b, a * groups],
            "h,w,out,in": [height, width, a, b],
            "h,w,in,multiplier": [height, width, a, b],
            "out,h,w,in/g": [a * groups, height, width, b],
            "1,h,w,out": [1, height, width, a * groups],
          };
          const shape = kernelShape(axes[layout], layout, groups);
          if (typeof shape === "string") throw new Error(shape);
          expect(storedAxes(shape, layout)).toEqual(axes[layout]);
          const count = axes[layout].reduce((product, length) => product * length, 1);
          const stored = Float32Array.from({ length: count }, (_, at) => at);
          const slices = kernelSlices(stored, shape, layout);
          expect(new Set(slices).size).toBe(count);
          expect(storedFromSlices(slices, shape, layout)).toEqual(stored);
        },
      ),
    );
  });

  it("TensorFlow Lite's slices stand where its documentation says", () => {
    const shape = kernelShape([2, 3, 3, 2], "out,h,w,in/g", 1);
    if (typeof shape === "string") throw new Error(shape);
    const stored = Float32Array.from({ length: 36 }, (_, at) => at);
    const slices = kernelSlices(stored, shape, "out,h,w,in/g");
    // K[o, i][r, c] = stored[((o * 3 + r) * 3 + c) * 2 + i].
    expect([...slices.subarray(9, 18)]).toEqual([1, 3, 5, 7, 9, 11, 13, 15, 17]);
    const depthwise = kernelShape([1, 3, 3, 4], "1,h,w,out", 2);
    expect(depthwise).toMatchObject({ inChannels: 2, outChannels: 4, groups: 2 });
  });
});

describe("parseCorrections", () => {
  const written = corrections({
    layers: { a: { role: "decoder", mapSize: [8, 9], layout: "in,out/g,h,w" } },
    order: ["b", "a"],
    inputSide: 128,
  });

  it("reads what was written, alone or in a results file", () => {
    expect(parseCorrections(JSON.stringify(written), "c.json")).toEqual(written);
    const results = { settings: { corrections: written } };
    expect(parseCorrections(JSON.stringify(results), "c.json")).toEqual(written);
    expect(parseCorrections("{}", "c.json")).toEqual(NO_CORRECTIONS);
  });

  it.each([
    ["no json", /not JSON/],
    ["[]", /not an object/],
    ['{"layers": []}', /"layers"/],
    ['{"layers": {"a": {"role": "top"}}}', /a\.role is not one of/],
    ['{"layers": {"a": {"mapSize": [0, 4]}}}', /a\.mapSize/],
    ['{"layers": {"a": {"layout": "hwio"}}}', /a\.layout/],
    ['{"order": "a"}', /"order"/],
    ['{"inputSide": 1e9}', /inputSide/],
  ])("refuses %s in words", (text, sentence) => {
    expect(() => parseCorrections(text, "c.json")).toThrow(sentence);
  });
});
