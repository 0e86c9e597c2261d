import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { EXACT_TOLERANCE } from "../../../src/core/action/comparison.ts";
import { cpuEngine } from "../../../src/core/action/cpuEngine.ts";
import { labelsFromDistances } from "../../../src/core/action/labels.ts";
import { memorySource } from "../../../src/core/bytes/memorySource.ts";
import { POSTER_FEATURES } from "../../../src/core/features/clinicalKernels.ts";
import type { Network } from "../../../src/core/network/network.ts";
import { resolveStructure } from "../../../src/core/network/resolveStructure.ts";
import { readPlaced } from "../../support/readModel.ts";

const publicSamples = join(import.meta.dirname, "../../../public/samples");
const samples = join(import.meta.dirname, "../../fixtures/samples");

/** Every form in which the bundled U-Net was saved, with the files that belong to it. */
const EXACT: Readonly<Record<string, readonly string[]>> = {
  "brain-unet.h5": [join(publicSamples, "brain-unet.h5")],
  "brain-unet-external.onnx": [
    join(samples, "brain-unet-external.onnx"),
    join(samples, "brain-unet-external.onnx.data"),
  ],
  "brain-unet.pt": [join(samples, "brain-unet.pt")],
  "brain-unet-legacy.pth": [join(samples, "brain-unet-legacy.pth")],
  "brain-unet-checkpoint.pt": [join(samples, "brain-unet-checkpoint.pt")],
  "brain-unet-module.pt": [join(samples, "brain-unet-module.pt")],
  "brain-unet-torchscript.pt": [join(samples, "brain-unet-torchscript.pt")],
  "brain-unet.safetensors": [join(samples, "brain-unet.safetensors")],
  "brain-unet.npz": [join(samples, "brain-unet.npz")],
  "brain-unet-tfjs": readdirSync(join(samples, "brain-unet-tfjs")).map((name) =>
    join(samples, "brain-unet-tfjs", name),
  ),
};

/** The form whose graph is code. */
const SCRIPT = "brain-unet-torchscript.pt";

/** Half precision, with the largest relative error of rounding to it. */
const ROUNDED: Readonly<Record<string, number>> = {
  "brain-unet-f16.onnx": 2 ** -11,
  "brain-unet-f16.safetensors": 2 ** -11,
  "brain-unet-bf16.safetensors": 2 ** -8,
};

/** Smaller gaps than this may go either way once weights are rounded to 8 bits. */
const ROUNDED_MARGIN = 0.01;

/** Labels are compared on one grid: files of weights alone do not tell the layers' maps. */
const GRID = [64, 64] as const;

function read(paths: readonly string[]): Promise<Network> {
  return readPlaced(
    paths.map((path) => {
      const name = path.split(/[\\/]/).at(-1) ?? path;
      return { path: name, source: memorySource(name, readFileSync(path)) };
    }),
  );
}

async function labelled(network: Network) {
  const { signal } = new AbortController();
  return Promise.all(
    network.layers.map(async ({ kernels, kernelSize }) => {
      const distances = await cpuEngine.distances(
        {
          kernels,
          kernelSize,
          grid: GRID,
          features: POSTER_FEATURES,
          compare: "sorted",
          tolerance: EXACT_TOLERANCE,
        },
        () => {},
        signal,
      );
      const { labels, margins } = labelsFromDistances(distances, POSTER_FEATURES.length, 0.1);
      const nearest = [...labels.keys()].map((kernel) =>
        Math.min(...distances.subarray(kernel * 6, kernel * 6 + 6)),
      );
      return { labels, margins, nearest };
    }),
  );
}

/** Below its smallest normal number, float16 has fewer digits left the smaller a number is. */
function isBelowHalfPrecision(kernel: Float32Array): boolean {
  return kernel.every((entry) => Math.abs(entry) < 2 ** -14);
}

/** Largest change of an entry, relative to the largest entry of the kernel. */
function roundingOf(whole: Float32Array, rounded: Float32Array): number {
  const change = whole.reduce(
    (most, entry, at) => Math.max(most, Math.abs(entry - rounded[at])),
    0,
  );
  return change / whole.reduce((most, entry) => Math.max(most, Math.abs(entry)), 0);
}

let original: Network;
let expected: Awaited<ReturnType<typeof labelled>>;

beforeAll(async () => {
  original = await read([join(publicSamples, "brain-unet.onnx")]);
  expected = await labelled(original);
});

const namesOf = ({ layers }: Network) => layers.map(({ name }) => name);

describe("the bundled U-Net in every form", () => {
  it.each(Object.entries(EXACT))("%s has the same kernels, bit for bit", async (_, paths) => {
    const network = await read(paths);
    expect(network.layers).toHaveLength(original.layers.length);
    for (const [index, { kernels, inChannels, outChannels }] of network.layers.entries()) {
      const layer = original.layers[index];
      expect([inChannels, outChannels]).toEqual([layer.inChannels, layer.outChannels]);
      expect(kernels).toEqual(layer.kernels);
    }
    // Equal kernels have equal labels: the analysis has no chance in it but seeded one.
  });

  it.each(Object.entries(ROUNDED))("%s agrees within its rounding", async (name, error) => {
    const network = await read([join(samples, name)]);
    expect(namesOf(network)).toEqual(namesOf(original));
    const found = await labelled(network);
    for (const [index, { kernels }] of network.layers.entries()) {
      const { labels, margins, nearest } = expected[index];
      const wrong = [...labels.keys()].filter((kernel) => {
        const whole = original.layers[index].kernels.subarray(kernel * 9, kernel * 9 + 9);
        const rounded = kernels.subarray(kernel * 9, kernel * 9 + 9);
        if (roundingOf(whole, rounded) > error) return !isBelowHalfPrecision(whole);
        return (
          labels[kernel] !== found[index].labels[kernel] &&
          margins[kernel] > ROUNDED_MARGIN &&
          Math.abs(nearest[kernel] - 0.1) > ROUNDED_MARGIN
        );
      });
      expect(wrong).toEqual([]);
    }
  });

  it(`${SCRIPT} has the roles, maps and skips of brain-unet.onnx from its code`, async () => {
    const settings = { grid: "layer", inputSize: 256 } as const;
    const network = await read(EXACT[SCRIPT]);
    const found = resolveStructure(network, settings);
    expect(namesOf(network)).toEqual(namesOf(original));
    expect(found).toEqual({
      ...resolveStructure(original, settings),
      // The ONNX file states the size of its image.
      inputSizeIsOpen: true,
    });
    expect(new Set(found.places.map(({ grid }) => grid[0]))).toEqual(
      new Set([256, 128, 64, 32, 16]),
    );
  });

  it.each(
    Object.entries(EXACT).filter(
      ([name, paths]) => !paths[0].endsWith(".h5") && paths.length === 1 && name !== SCRIPT,
    ),
  )("%s has its roles from its names", async (_, paths) => {
    const network = await read(paths);
    expect(namesOf(network)).toEqual(namesOf(original));
    const { places, roleGuess } = resolveStructure(network, { grid: "layer", inputSize: 256 });
    expect(places.map(({ role }) => role)).toEqual(
      namesOf(original).map((name) => name.split(".")[0]),
    );
    expect(roleGuess).toEqual({ basis: "names", confidence: "high" });
  });

  it("brain-resunet.pt has the kernels of brain-resunet.onnx", async () => {
    const onnx = await read([join(samples, "../brain-resunet.onnx")]);
    const torch = await read([join(samples, "brain-resunet.pt")]);
    const byName = new Map(torch.layers.map((layer) => [layer.name, layer]));
    expect([...byName.keys()].sort()).toEqual(namesOf(onnx).sort());
    for (const { name, operator, kernels } of onnx.layers) {
      const layer = byName.get(name);
      // Read as plain, a transposed layer has its slices in another order.
      if (layer?.operator === operator) expect(layer.kernels).toEqual(kernels);
      else expect(layer?.kernels.toSorted()).toEqual(kernels.toSorted());
    }
  });
});
