import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { POSTER_FEATURES } from "../../../src/core/features/clinicalKernels.ts";
import type { Preprocessing } from "../../../src/core/images/preprocessing.ts";
import type { ConvolutionLayer } from "../../../src/core/network/network.ts";
import type { KernelAtWork, Maps } from "../../../src/worker/lab/protocol.ts";
import {
  AskedLab,
  PUBLIC_SAMPLES,
  picked,
  SAMPLES,
  unitPreprocessing,
} from "../../support/labOf.ts";
import { readFiles } from "../../support/readModel.ts";

const RESUNET = "tests/fixtures/brain-resunet.onnx";
const SLICE = join(PUBLIC_SAMPLES, "slices/slice-006.png");

interface OpenNetwork {
  readonly lab: AskedLab;
  readonly layers: readonly ConvolutionLayer[];
  readonly where: {
    readonly slice: { readonly image: string; readonly plane: "frame"; readonly index: 0 };
    readonly preprocessing: Preprocessing;
  };
}

async function openNetwork(path: string): Promise<OpenNetwork> {
  const lab = new AskedLab();
  const { input } = await lab.open([picked(path)]);
  const [image] = await lab.look([SLICE]);
  const slice = { image, plane: "frame", index: 0 } as const;
  const { layers } = await readFiles({ [path]: readFileSync(path) });
  return { lab, layers, where: { slice, preprocessing: unitPreprocessing(input) } };
}

function largest(values: ArrayLike<number>): number {
  let size = 0;
  for (let at = 0; at < values.length; at++) size = Math.max(size, Math.abs(values[at]));
  return size;
}

/** Pearson's correlation, by its definition. */
function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const mean = (of: ArrayLike<number>) => Array.from(of).reduce((x, y) => x + y, 0) / of.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let at = 0; at < a.length; at++) {
    ab += (a[at] - meanA) * (b[at] - meanB);
    aa += (a[at] - meanA) ** 2;
    bb += (b[at] - meanB) ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}

/** The least-squares line through points. */
function line(x: readonly number[], y: readonly number[]) {
  const mean = (of: readonly number[]) => of.reduce((a, b) => a + b, 0) / of.length;
  const [meanX, meanY] = [mean(x), mean(y)];
  let [xy, xx] = [0, 0];
  for (const [at, value] of x.entries()) {
    xy += (value - meanX) * (y[at] - meanY);
    xx += (value - meanX) ** 2;
  }
  return { slope: xy / xx, intercept: meanY - (xy / xx) * meanX };
}

/**
 * What all kernels of an output channel make together is what ONNX Runtime makes of the channel,
 * but for the bias and, where a batch normalisation stands before the activation, its factor. What
 * an activation cuts off was below 0.
 */
async function expectSumOfKernels({ lab, layers, where }: OpenNetwork, name: string, out: number) {
  const layer = layers.find((one) => one.name === name);
  if (layer === undefined) throw new Error(`no layer ${name}`);
  const perChannel = layer.inChannels / layer.groups;
  const kernels: KernelAtWork[] = [];
  for (let kernel = out * perChannel; kernel < (out + 1) * perChannel; kernel++) {
    kernels.push(await lab.call("kernel", { ...where, layer: name, kernel, features: [] }));
  }
  const [{ channel, isActivated }] = kernels;
  const sum = new Float64Array(channel.values.length);
  for (const { own, outputChannel } of kernels) {
    expect(outputChannel).toBe(out);
    expect(own).toMatchObject({ channels: 1, height: channel.height, width: channel.width });
    own.values.forEach((value, at) => {
      sum[at] += value;
    });
  }
  const compared = [...channel.values.keys()].filter(
    (at) => !isActivated || channel.values[at] > 0,
  );
  const { slope, intercept } = line(
    compared.map((at) => sum[at]),
    compared.map((at) => channel.values[at]),
  );
  const tolerance = 1e-5 * (1 + Math.abs(slope) * largest(sum));
  for (const [at, value] of channel.values.entries()) {
    const made = slope * sum[at] + intercept;
    const expected = isActivated ? Math.max(0, made) : made;
    if (Math.abs(value - expected) > tolerance) {
      throw new Error(`${name}: ${value} at ${at}, not ${expected}`);
    }
  }
  return { kernels, compared: compared.length, slope };
}

describe("a kernel at work", () => {
  let unet: OpenNetwork;
  let resunet: OpenNetwork;
  beforeAll(async () => {
    unet = await openNetwork(join(PUBLIC_SAMPLES, "brain-unet.onnx"));
    resunet = await openNetwork(RESUNET);
  });

  it.each([
    ["encoder.0.conv1", 3],
    ["encoder.2.conv2", 5],
    ["bottleneck.conv1", 0],
    ["decoder.3.conv1", 7],
  ])("of %s: all kernels of channel %i together make the channel", async (layer, out) => {
    const { kernels, compared, slope } = await expectSumOfKernels(unet, layer, out);
    expect(compared).toBeGreaterThan(10);
    expect(slope).toBeCloseTo(1, 4);
    expect(kernels[0].isActivated).toBe(true);
  });

  it("does so for wide, dilated, grouped, strided and transposed kernels", async () => {
    const kinds = new Set<string>();
    for (const { name, operator, groups, kernelSize, stride, dilation } of resunet.layers) {
      const kind = [operator, groups > 1, kernelSize, stride, dilation].join(" ");
      if (kinds.has(kind)) continue;
      kinds.add(kind);
      const { compared } = await expectSumOfKernels(resunet, name, 1);
      expect(compared, name).toBeGreaterThan(10);
    }
    expect(kinds.size).toBeGreaterThan(5);
  });

  it("does so where the channels stand last", async () => {
    const keras = await openNetwork(join(PUBLIC_SAMPLES, "brain-unet.h5"));
    const name = keras.layers[4].name;
    const { kernels, slope } = await expectSumOfKernels(keras, name, 2);
    expect(kernels).toHaveLength(16);
    expect(slope).toBeCloseTo(1, 4);
    const half = await openNetwork(join(SAMPLES, "brain-unet-f16.onnx"));
    const { maps } = await half.lab.call("maps", { ...half.where, layer: half.layers[4].name });
    expect(correlation(maps.values, (await mapsOf(unet, unet.layers[4].name)).values)).toBeCloseTo(
      1,
      3,
    );
  });

  it("stands beside clinical features that lie as they fit it best, the most alike first", async () => {
    const { lab, where } = unet;
    const at = { ...where, layer: "encoder.1.conv1", kernel: 37, features: POSTER_FEATURES };
    const { own, input, channel, channelCorrelation, features, ...rest } = await lab.call(
      "kernel",
      at,
    );
    expect(rest).toMatchObject({ inputChannel: 37 % 16, outputChannel: 2, isActivated: true });
    expect(input).toMatchObject({ channels: 1, height: 128, width: 128 });
    expect(channelCorrelation).toBeCloseTo(correlation(own.values, channel.values), 6);
    expect(features.map(({ feature }) => feature).sort()).toEqual(
      POSTER_FEATURES.map(({ id }) => id).sort(),
    );
    expect(rest.chance?.draws).toBe(1000);
    expect(rest.chance?.median).toBeLessThan(rest.chance?.upper ?? 0);
    const sizes = features.map((feature) => Math.abs(feature.correlation ?? 0));
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    const identity = features.find(({ feature }) => feature === "identity");
    if (identity === undefined) throw new Error("no identity");
    // The identity hands its input on, scaled by the middle entry of the kernel.
    const { kernels } = unet.layers[2];
    expect(identity.scale).toBeCloseTo(kernels[37 * 9 + 4], 6);
    expect(
      largest(
        input.values.map((value, pixel) => value * identity.scale - identity.map.values[pixel]),
      ),
    ).toBeLessThan(1e-5);
    expect(identity.correlation).toBeCloseTo(correlation(identity.map.values, own.values), 6);
  });

  it("shows all maps of a layer, the selected channel among them", async () => {
    const { lab, where } = unet;
    const { maps, isActivated } = await lab.call("maps", { ...where, layer: "encoder.1.conv1" });
    expect(maps).toMatchObject({ channels: 16, height: 128, width: 128 });
    expect(isActivated).toBe(true);
    const kernel = { ...where, layer: "encoder.1.conv1", kernel: 37, features: [] };
    const { channel } = await lab.call("kernel", kernel);
    const area = 128 * 128;
    expect(maps.values.slice(2 * area, 3 * area)).toEqual(channel.values);
  });

  it("refuses layers and kernels that are not there", async () => {
    const { lab, where } = unet;
    const ask = (layer: string, kernel: number) =>
      lab.call("kernel", { ...where, layer, kernel, features: [] });
    await expect(ask("nowhere", 0)).rejects.toMatchObject({ code: "bad-setting" });
    await expect(ask("encoder.0.conv1", 16)).rejects.toMatchObject({ code: "bad-setting" });
    await expect(ask("encoder.0.conv1", -1)).rejects.toMatchObject({ code: "bad-setting" });
  });
});

async function mapsOf({ lab, where }: OpenNetwork, layer: string): Promise<Maps> {
  return (await lab.call("maps", { ...where, layer })).maps;
}
