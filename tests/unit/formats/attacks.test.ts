import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from "vitest";
import { cpuEngine } from "../../../src/core/action/cpuEngine.ts";
import { roomOf } from "../../../src/core/action/engineRoom.ts";
import { analyse } from "../../../src/core/analysis/analyse.ts";
import { openModel } from "../../../src/core/analysis/openModel.ts";
import { DEFAULT_SETTINGS } from "../../../src/core/analysis/settings.ts";
import { memorySource } from "../../../src/core/bytes/memorySource.ts";
import { ConvAtlasError } from "../../../src/core/errors.ts";
import { POSTER_FEATURES } from "../../../src/core/features/clinicalKernels.ts";
import { FORMATS } from "../../../src/core/formats/registry.ts";
import { kernelCount, type Network } from "../../../src/core/network/network.ts";
import { resolveStructure } from "../../../src/core/network/resolveStructure.ts";
import { SeededRandom } from "../../../src/core/random/seededRandom.ts";
import { writeHdf5 } from "../../support/hdf5Writer.ts";
import {
  conv,
  counted,
  functional,
  image,
  layer,
  type WeightsByLayer,
  wholeModel,
} from "../../support/kerasModels.ts";
import {
  bytesField,
  floatBytes,
  floatTensor,
  int64Tensor,
  join,
  model,
  node,
  tensor,
  value,
} from "../../support/onnxWriter.ts";
import { chosen, readAs, readFiles } from "../../support/readModel.ts";

const LARGEST_GRID = 1024;
const GAUSSIAN = [1, 2, 1, 2, 4, 2, 1, 2, 1];

/** "network" if it can be read and its grids make sense, else the code of the plain error. */
async function outcome(bytes: Uint8Array): Promise<string> {
  const source = memorySource("attack.bin", bytes);
  try {
    for (const format of FORMATS) {
      if (!(await format.matches(source))) continue;
      const network = await readAs(format, source);
      expectSound(network);
      return "network";
    }
    return "unrecognised";
  } catch (thrown) {
    if (thrown instanceof ConvAtlasError && thrown.code !== "internal") {
      expect(thrown.message).toMatch(/\.$/);
      return thrown.code;
    }
    throw thrown;
  }
}

function expectSound(network: Network): void {
  const { places } = resolveStructure(network, { grid: "layer", inputSize: 256 });
  for (const [index, each] of network.layers.entries()) {
    const { kernelSize, stride, dilation } = each;
    expect(each.kernels).toHaveLength(kernelCount(each) * kernelSize[0] * kernelSize[1]);
    for (const step of [...stride, ...dilation]) expect(step).toBeGreaterThanOrEqual(1);
    for (const axis of [0, 1] as const) {
      const side = places[index].grid[axis];
      expect(Number.isInteger(side)).toBe(true);
      expect(side).toBeGreaterThanOrEqual(Math.max(3, kernelSize[axis]));
      expect(side).toBeLessThanOrEqual(LARGEST_GRID);
    }
  }
}

let consoleSpies: MockInstance[] = [];

beforeEach(() => {
  const methods = ["log", "info", "warn", "error"] as const;
  consoleSpies = methods.map((method) => vi.spyOn(console, method));
});

afterEach(() => {
  for (const spy of consoleSpies) {
    expect(spy).not.toHaveBeenCalled();
    spy.mockRestore();
  }
});

describe("damage at random", () => {
  it.each([
    ["public/samples/brain-unet.onnx", 30],
    ["tests/fixtures/brain-resunet.onnx", 30],
    ["public/samples/brain-unet.h5", 8],
  ])("of %s ends in a network or a plain error", async (path, rounds) => {
    const whole = new Uint8Array(readFileSync(path));
    const random = new SeededRandom(17);
    // Half of it where the structure is, before the weights.
    const place = (round: number) =>
      Math.floor(random.uniform() * (round % 2 === 0 ? whole.length : 6000));
    const outcomes = new Set<string>();
    for (let round = 0; round < rounds; round += 1) {
      outcomes.add(await outcome(whole.slice(0, place(round))));
      const flipped = whole.slice();
      flipped[place(round)] ^= 1 << (round % 8);
      outcomes.add(await outcome(flipped));
      const start = place(round);
      const overwritten = whole.slice().fill(round % 3 === 0 ? 0 : 0xff, start, start + 500);
      outcomes.add(await outcome(overwritten));
    }
    expect(outcomes).toContain("network");
    expect(outcomes).toContain("truncated");
  });
});

const weight = (name = "w", axes = [1, 1, 3, 3], values = GAUSSIAN) =>
  floatTensor(name, axes, values);
const apply = (attributes = {}, output = "out", input = "image", from = "w", operator = "Conv") =>
  node(operator, [input, from], output, { attributes, name: output });
const onnx = (
  nodes: readonly Uint8Array[],
  initializers: readonly Uint8Array[] = [weight()],
  axes: readonly number[] = [1, 1, 16, 16],
) => model({ nodes, initializers, inputs: [value("image", axes)] });
const two = (attributes: Record<string, readonly number[]>, operator = "Conv") =>
  onnx(
    [apply(attributes, "a", "image", "w", operator), apply({}, "b", "a", "v")],
    [weight(), weight("v")],
  );
const resized = (factor: number) =>
  onnx(
    [node("Resize", ["image", "", "scales"], "map"), apply({}, "out", "map")],
    [weight(), tensor("scales", [4], 1, bytesField(9, floatBytes([1, 1, factor, factor])))],
  );
const pooled = (attributes: Record<string, readonly number[]>) =>
  onnx([node("MaxPool", ["image"], "map", { attributes }), apply({}, "out", "map")]);

function chain(length: number): Uint8Array {
  const nodes = Array.from({ length }, (_, at) =>
    node("Relu", [at === 0 ? "image" : `v${at - 1}`], `v${at}`),
  );
  return onnx([...nodes, apply({}, "out", `v${length - 1}`)].reverse());
}

function nestedGraphs(depth: number): Uint8Array {
  let inner: Uint8Array = new Uint8Array(0);
  for (let level = 0; level < depth; level += 1) {
    const graph = bytesField(6, bytesField(1, bytesField(5, inner)));
    inner = join(bytesField(1, "body"), graph);
  }
  return onnx([join(node("If", ["image"], "x"), bytesField(5, inner)), apply()]);
}

describe("ONNX files made by hand", () => {
  it.each<[string, Uint8Array, string]>([
    ["a node that takes its own output", onnx([apply({}, "out", "out")]), "malformed"],
    [
      "weights that come from themselves",
      onnx([node("Identity", ["q"], "q"), apply({}, "out", "image", "q")]),
      "malformed",
    ],
    ["an axis of 2^40", onnx([apply()], [weight("w", [2 ** 40, 1, 3, 3], [])]), "too-large"],
    ["more weights than bytes", onnx([apply()], [weight("w", [2 ** 20, 1, 3, 3])]), "malformed"],
    ["axes of 2^40 and 0", onnx([apply()], [weight("w", [2 ** 40, 0, 3, 3], [])]), "network"],
    ["a negative axis", onnx([apply()], [weight("w", [1, -1, 3, 3])]), "malformed"],
    ["groups that do not divide", onnx([apply({ group: 2 })]), "network"],
    ["no groups", onnx([apply({ group: 0 })]), "network"],
    ["a kernel_shape of its own", onnx([apply({ kernel_shape: [5, 5] })]), "network"],
    ["strides of 0", two({ strides: [0, 0] }), "malformed"],
    ["transposed strides below 0", two({ strides: [-1, -1] }, "ConvTranspose"), "malformed"],
    ["dilations of 0", two({ dilations: [0, 0] }), "malformed"],
    ["pads below 0", two({ pads: [-30, -30, -30, -30] }), "network"],
    ["pads of 2^50", two({ pads: [2 ** 50, 0, 2 ** 50, 0] }), "network"],
    ["three pads", two({ pads: [1, 1, 1] }), "network"],
    ["output_shape 0", two({ output_shape: [0, 0] }, "ConvTranspose"), "network"],
    ["a pool without window", pooled({ kernel_shape: [0, 0] }), "network"],
    ["a pool that stands still", pooled({ kernel_shape: [2, 2], strides: [0, 0] }), "network"],
    ["scales NaN", resized(Number.NaN), "network"],
    ["scales 0", resized(0), "network"],
    ["scales 1e9", resized(1e9), "network"],
    ["scales that make maps of 60,000", resized(3750), "network"],
    ["an image of 0", onnx([apply()], [weight()], [1, 1, 0, 0]), "network"],
    ["an image of 1", onnx([apply()], [weight()], [1, 1, 1, 1]), "network"],
    ["an image of 60,000", onnx([apply()], [weight()], [1, 1, 60_000, 60_000]), "network"],
    ["an image of 2^40", onnx([apply()], [weight()], [1, 1, 2 ** 40, 2 ** 40]), "network"],
    ["two tensors of one name", onnx([apply()], [weight(), weight()]), "network"],
    ["graphs nested 1000 deep", nestedGraphs(1000), "too-large"],
    ["a chain of 20,000 nodes, last first", chain(20_000), "network"],
    [
      "a slice over an axis that is not there",
      onnx(
        [node("Slice", ["image", "s", "e", "a", "s"], "map"), apply({}, "out", "map")],
        [weight(), int64Tensor("s", [0]), int64Tensor("e", [2 ** 52]), int64Tensor("a", [99])],
      ),
      "network",
    ],
    [
      "a name of thousands of endings",
      onnx([apply({}, "out", "image", ".weight".repeat(9000))], [weight(".weight".repeat(9000))]),
      "network",
    ],
  ])("%s", async (_, bytes, expected) => {
    expect(await outcome(bytes)).toBe(expected);
  });

  it("says which file and which layer is damaged", async () => {
    const model = await chosen("liver.onnx", two({ strides: [0, 0] }));
    const opening = openModel(
      model,
      roomOf(cpuEngine),
      () => undefined,
      new AbortController().signal,
    );
    await expect(opening).rejects.toThrow(
      /^liver\.onnx is damaged: the strides of its layer w are 0 x 0;/,
    );
  });

  it("analyses networks whose maps are absurd", async () => {
    for (const bytes of [resized(3750), resized(Number.NaN), two({ pads: [9, 9, 9] })]) {
      const { signal } = new AbortController();
      const model = await chosen("a.onnx", bytes);
      const opened = await openModel(model, roomOf(cpuEngine), () => undefined, signal);
      const request = {
        settings: { ...DEFAULT_SETTINGS, grid: 8 },
        features: POSTER_FEATURES,
        engine: "auto" as const,
        exactness: "distances" as const,
      };
      const { layers } = await analyse(opened, request, () => undefined, signal);
      for (const { action } of layers) {
        const distances = action?.stage === "exact" ? action.distances : [Number.NaN];
        expect(distances.every(Number.isFinite)).toBe(true);
      }
    }
  });
});

const weights = { a: { "a/kernel:0": counted(3, 3, 1, 2) } };
const keras = (config: unknown, tensors: WeightsByLayer = weights) =>
  writeHdf5(wholeModel(config, tensors));
const kerasModel = (...layers: readonly Record<string, unknown>[]) =>
  functional([image("image", 16), ...layers], "a");

function wrapped(depth: number): string {
  const inner = JSON.stringify(conv("a", "image"));
  const opening = '{"class_name":"Wrapper","name":"m","config":{"name":"m","layer":';
  const deep = opening.repeat(depth) + inner + "}}".repeat(depth);
  return JSON.stringify(kerasModel(conv("a", "image"))).replace(inner, deep);
}

describe("Keras files made by hand", () => {
  it.each<[string, () => Promise<Uint8Array>, string]>([
    [
      "JSON nested 10,000 deep",
      () => keras(`{"a":${"[".repeat(10_000)}${"]".repeat(10_000)}}`),
      "network",
    ],
    ["layers wrapped 10,000 deep", () => keras(wrapped(10_000)), "network"],
    ["an input that is not there", () => keras(kerasModel(conv("a", "nowhere"))), "network"],
    ["a layer that takes its own output", () => keras(kerasModel(conv("a", "a"))), "network"],
    [
      "filters that disagree",
      () => keras(kerasModel(conv("a", "image", { filters: 7 }))),
      "network",
    ],
    [
      "groups that do not divide",
      () => keras(kerasModel(conv("a", "image", { groups: 3 }))),
      "network",
    ],
    ["strides of 0", () => keras(kerasModel(conv("a", "image", { strides: [0, 0] }))), "network"],
    [
      "a map of 60,000",
      () =>
        keras(
          kerasModel(layer("Resizing", "r", { height: 60_000, width: 2 }, "image"), conv("a", "r")),
        ),
      "network",
    ],
    [
      "weights named as outside of their group",
      () => keras(kerasModel(conv("a", "image")), { a: { "../b:0": counted(1) } }),
      "network",
    ],
    [
      "a kernel of two axes",
      () => keras(kerasModel(conv("a", "image")), { a: { "a/kernel:0": counted(9, 2) } }),
      "network",
    ],
    [
      "2000 empty groups",
      () =>
        writeHdf5({
          groups: {
            model_weights: {
              groups: Object.fromEntries(Array.from({ length: 2000 }, (_, at) => [`g${at}`, {}])),
            },
          },
        }),
      "no-weights",
    ],
  ])("%s", async (_, make, expected) => {
    expect(await outcome(await make())).toBe(expected);
  });

  it("refuses texts that HDF5 would look for without end", async () => {
    const bytes = new Uint8Array(readFileSync("public/samples/brain-unet.h5"));
    const heap = new TextDecoder("latin1").decode(bytes).indexOf("GCOL");
    expect(heap).toBeGreaterThan(0);
    expect(await outcome(bytes.fill(0, heap + 16, heap + 64))).toBe("malformed");
  });

  it("does not take a class named constructor for a convolution", async () => {
    const bytes = await keras(kerasModel(layer("constructor", "b", {}, "image"), conv("a", "b")));
    const network = await readFiles({ "a.h5": bytes });
    expect(network.layers.map(({ name }) => name)).toEqual(["a"]);
    expect(network.skipped).toEqual([]);
  });
});
