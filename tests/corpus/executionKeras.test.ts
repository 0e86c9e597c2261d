import { join } from "node:path";
import * as ort from "onnxruntime-web/wasm";
import { describe, expect, it } from "vitest";
import { modelAt } from "../../src/cli/diskFiles.ts";
import { EXECUTABLE_FORMATS } from "../../src/core/execution/registry.ts";
import { inferSizes } from "../../src/core/network/sizes.ts";
import { corpus } from "../support/corpus.ts";
import {
  exposedSession,
  layerOf,
  ownFeeds,
  type ReadExecutable,
  startSession,
} from "../support/executables.ts";
import { difference } from "../support/kerasReference.ts";

/** Height and width of images where the file leaves them open. */
const SIDE = 24;

/** Models that run, and how many of their convolutions are analysed. */
const RUN: Readonly<Record<string, number>> = {
  "liver-unet-keras3-h5": 5,
  "livermask-dwrescon": 28,
  "livermask-dwrescon-dropout": 28,
  "livermask-dropout-l1reg": 28,
  "hiwony-unet": 12,
  "inception-superres": 8,
  "tiny-resnet-h5": 7,
  "afm-segmentation-keras": 6,
  "krishna-unet-keras": 8,
  "skbmir-unet-weights": 6,
  "dncnn-keras-weights": 17,
  "esrgan-slim-x2-tfjs": 9,
  "cervical-cancer-tfjs": 2,
  "dense-only-h5": 0,
};

/** Models that do not, and why. */
const REFUSED: Readonly<Record<string, string>> = {
  "windows-bnn-keras": "(QuantDense) is of a class that is not known",
  "brachial-unet-weights": "holds weights alone",
  "brainchop-gw-light-tfjs": "(Conv3D) works on volumes",
  "brainchop-mindgrab-tfjs": "(Conv3D) works on volumes",
};

async function readModel(model: string): Promise<ReadExecutable> {
  const { source, companions, format } = await modelAt(join(corpus ?? "", model));
  const { signal } = new AbortController();
  const context = { source, companions, onProgress: () => undefined, signal };
  const network = await format.read(context);
  return { network, executable: await EXECUTABLE_FORMATS[format.id].build(context, network) };
}

/** An image for an input of a session, by what stands at each place. */
function imageFor(
  { inputMetadata }: ort.InferenceSession,
  value: (at: number) => number,
  name = inputMetadata[0].name,
): ort.Tensor {
  const input = inputMetadata.find((one) => one.name === name);
  if (input?.isTensor !== true) throw new Error(`no tensor ${name}`);
  const shape = input.shape.map((length, axis) => {
    if (typeof length === "number") return length;
    return axis === 0 ? 1 : SIDE;
  });
  const count = shape.reduce((product, length) => product * length, 1);
  return new ort.Tensor(
    "float32",
    Float32Array.from({ length: count }, (_, at) => value(at)),
    shape,
  );
}

function tensorOf({ dims, data }: ort.Tensor) {
  return { shape: dims, values: data as Float32Array };
}

/** The map that a layer makes, by what the configuration implies. */
function expectedShapes({ network, executable }: ReadExecutable): ReadonlyMap<string, string> {
  const sizes = network.graph === null ? [] : inferSizes(network.graph, SIDE).outputs;
  return new Map(
    executable.convolutions.map(({ layer }) => {
      const { outChannels, graphNode } = layerOf(network, layer);
      return [layer, [1, outChannels, ...(sizes[graphNode ?? -1] ?? [])].join(" ")];
    }),
  );
}

/** The maps that the layers make of an image of zeros. */
async function mapsOf(read: ReadExecutable): Promise<ReadonlyMap<string, string>> {
  const exposed = await exposedSession(read);
  const image = imageFor(exposed.session, () => 0, exposed.imageInputs[0]);
  const results = await exposed.session.run(ownFeeds(exposed, image));
  await exposed.session.release();
  return shapesIn(read, results);
}

function shapesIn(
  { executable }: ReadExecutable,
  results: ort.InferenceSession.ReturnType,
): ReadonlyMap<string, string> {
  return new Map(
    executable.convolutions.map(({ layer, output }) => [layer, results[output].dims.join(" ")]),
  );
}

describe.skipIf(corpus === null)("Keras models of the corpus", () => {
  it.each(Object.entries(RUN))("%s runs", { timeout: 180_000 }, async (model, count) => {
    const read = await readModel(model);
    const { executable, network } = read;
    expect(executable.convolutions).toHaveLength(count);
    expect(network.layers).toHaveLength(count);
    const plain = await startSession(executable.model);
    const exposed = await exposedSession(read);
    for (const value of [() => 0, (at: number) => Math.sin(at / 3) ** 2]) {
      const image = imageFor(plain, value);
      const own = await plain.run({ [plain.inputNames[0]]: image });
      const edited = await exposed.session.run(ownFeeds(exposed, image));
      for (const name of plain.outputNames) {
        expect(tensorOf(own[name]).values.every(Number.isFinite)).toBe(true);
        expect(difference(tensorOf(own[name]), tensorOf(edited[name]))).toBeLessThan(1e-4);
      }
      expect(shapesIn(read, edited)).toEqual(expectedShapes(read));
    }
    await plain.release();
    await exposed.session.release();
  });

  it.each(Object.entries(REFUSED))("%s is refused in words", async (model, reason) => {
    await expect(readModel(model)).rejects.toMatchObject({
      code: "cannot-run",
      message: expect.stringContaining(reason),
    });
  });

  it("makes maps of the sizes that the liver U-Net was drawn with", async () => {
    const maps = await mapsOf(await readModel("liver-unet-keras3-h5"));
    expect(Object.fromEntries(maps)).toEqual({
      conv2d: "1 64 128 128",
      conv2d_1: "1 64 128 128",
      conv2d_2: "1 128 64 64",
      conv2d_3: "1 64 128 128",
      conv2d_4: "1 64 128 128",
    });
  });

  it.each([
    ["livermask-dwrescon", 16],
    ["livermask-dwrescon-dropout", 20],
    ["livermask-dropout-l1reg", 20],
  ])("halves the maps of %s five times and doubles them again", async (model, channels) => {
    const read = await readModel(model);
    expect(read.executable.remarks).toHaveLength(1);
    // Two convolutions at each level, four at the first and at the last, between 256 and 8.
    const levels = [256, 256, 128, 64, 32, 16, 8, 8, 16, 32, 64, 128, 256, 256];
    const sides = levels.flatMap((side) => [side, side]);
    const wanted = sides.map((side) => `1 ${channels} ${side} ${side}`);
    expect([...(await mapsOf(read)).values()]).toEqual(wanted);
  });

  it("gives for a network what its twin in another format gives", async () => {
    const results: ort.Tensor[] = [];
    for (const model of ["tiny-resnet-h5", "tiny-resnet-tflite"]) {
      const { executable } = await readModel(model);
      const session = await startSession(executable.model);
      const image = imageFor(session, (at) => 128 + 100 * Math.sin(at / 5));
      const output = await session.run({ [session.inputNames[0]]: image });
      results.push(output[session.outputNames[0]]);
      await session.release();
    }
    const [keras, tflite] = results.map(tensorOf);
    expect(Math.max(...keras.values)).toBeGreaterThan(0.2);
    expect(difference(keras, tflite)).toBeLessThan(1e-4);
  });

  it("takes noise away with DnCNN, and only that", async () => {
    const { executable } = await readModel("dncnn-keras-weights");
    const session = await startSession(executable.model);
    const smooth = (at: number) => 0.5 + 0.3 * Math.sin((at % SIDE) / 4) * Math.cos(at / SIDE / 4);
    const noisy = imageFor(session, (at) => smooth(at) + 0.1 * Math.sin(at * at * 12.9898));
    const output = await session.run({ [session.inputNames[0]]: noisy });
    const distance = ({ data }: ort.Tensor) =>
      Math.hypot(...Array.from(data as Float32Array, (value, at) => value - smooth(at)));
    expect(distance(output[session.outputNames[0]])).toBeLessThan(0.5 * distance(noisy));
    await session.release();
  });
});
