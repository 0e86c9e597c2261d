import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import * as ort from "onnxruntime-web/wasm";
import { describe, expect, it } from "vitest";
import { inferSizes } from "../../src/core/network/sizes.ts";
import { corpus, expected } from "../support/corpus.ts";
import {
  exposedSession,
  layerOf,
  ownFeeds,
  type ReadExecutable,
  readExecutable,
  startSession,
} from "../support/executables.ts";
import { placed } from "../support/readModel.ts";

const FILES = Object.entries(expected.models).flatMap(([model, { file }]) =>
  file.endsWith(".onnx") ? [join(model, file)] : [],
);

/** Height and width of images where the file leaves them open. */
const SIDE = 64;

/** An image for a network with one input of four axes; null if that is not what it takes. */
function imageFor({ inputMetadata }: ort.InferenceSession): ort.Tensor | null {
  const [input, ...others] = inputMetadata;
  if (others.length > 0 || !input.isTensor || input.shape.length !== 4) return null;
  const open = [1, 3, SIDE, SIDE];
  const shape = input.shape.map((length, axis) =>
    typeof length === "number" ? length : open[axis],
  );
  const count = shape.reduce((product, length) => product * length, 1);
  return new ort.Tensor(
    "float32",
    Float32Array.from({ length: count }, (_, at) => Math.sin(at)),
    shape,
  );
}

/** Layers whose maps have the size that was derived from the graph; all others fail. */
function checkShapes(
  { network, executable }: ReadExecutable,
  results: ort.InferenceSession.ReturnType,
) {
  if (network.graph === null) throw new Error("the file has no graph");
  const sizes = inferSizes(network.graph, SIDE).outputs;
  for (const { layer, output } of executable.convolutions) {
    const { outChannels, graphNode } = layerOf(network, layer);
    const shape = [outChannels, ...(sizes[graphNode ?? -1] ?? [])];
    expect([layer, ...results[output].dims.slice(1)]).toEqual([layer, ...shape]);
  }
}

function largestDifference(one: ort.Tensor, other: ort.Tensor): number {
  const [a, b] = [one.data as Float32Array, other.data as Float32Array];
  return a.reduce((most, value, at) => Math.max(most, Math.abs(value - b[at])), 0);
}

describe.skipIf(corpus === null)("real ONNX files run as they are, and edited", () => {
  it("are nine", () => {
    expect(FILES).toHaveLength(9);
  });

  it.each(FILES)("%s", { timeout: 180_000 }, async (file) => {
    const bytes = readFileSync(join(corpus ?? "", file));
    const read = await readExecutable(placed({ [basename(file)]: bytes }));
    const { network, executable } = read;
    expect(executable.convolutions).toHaveLength(network.layers.length);
    const plain = await startSession(executable.model);
    const exposed = await exposedSession(read);
    const image = imageFor(plain);
    if (network.layers.length > 0) expect(image).not.toBeNull();
    if (image !== null) {
      const own = await plain.run({ [plain.inputNames[0]]: image });
      const edited = await exposed.session.run(ownFeeds(exposed, image));
      for (const name of plain.outputNames) {
        expect(largestDifference(own[name], edited[name])).toBeLessThan(1e-5);
      }
      checkShapes(read, edited);
    }
    await plain.release();
    await exposed.session.release();
  });
});
