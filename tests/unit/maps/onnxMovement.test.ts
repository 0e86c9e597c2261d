import * as ort from "onnxruntime-web/wasm";
import { describe, expect, it } from "vitest";
import { filteredMap } from "../../../src/core/maps/filteredMap.ts";
import { kernelMovement } from "../../../src/core/maps/kernelMovement.ts";
import { SeededRandom } from "../../../src/core/random/seededRandom.ts";
import { readExecutable, startSession } from "../../support/executables.ts";
import { floatTensor, model, node, value } from "../../support/onnxWriter.ts";
import { placed } from "../../support/readModel.ts";

const SIDE = 8;
const random = new SeededRandom(3);
const normals = (count: number) => Float32Array.from({ length: count }, () => random.normal());
const pixels = normals(SIDE * SIDE);

/** What ONNX Runtime makes of a picture by one kernel, and what `filteredMap` makes of it. */
async function bothMaps(
  operator: "Conv" | "ConvTranspose",
  side: number,
  attributes: Readonly<Record<string, string | readonly number[]>>,
) {
  const kernel = normals(side * side);
  const bytes = model({
    inputs: [value("image", [1, 1, SIDE, SIDE])],
    initializers: [floatTensor("w", [1, 1, side, side], [...kernel])],
    nodes: [node(operator, ["image", "w"], "maps", { attributes })],
    outputs: [value("maps", [1, 1, null, null])],
  });
  const { network, executable } = await readExecutable(placed({ "model.onnx": bytes }));
  const session = await startSession(executable.model);
  const image = new ort.Tensor("float32", pixels, [1, 1, SIDE, SIDE]);
  const { maps } = await session.run({ image });
  await session.release();
  const [layer] = network.layers;
  const at = network.graph?.nodes[layer.graphNode ?? -1];
  const outputSize = [maps.dims[2], maps.dims[3]] as const;
  const movement = at && kernelMovement(layer, at, [SIDE, SIDE], outputSize);
  if (!movement) throw new Error("no movement");
  const input = { height: SIDE, width: SIDE, values: pixels };
  return { run: maps.data as Float32Array, filtered: filteredMap(input, kernel, movement).values };
}

function expectAlike({ run, filtered }: Awaited<ReturnType<typeof bothMaps>>) {
  expect(filtered).toHaveLength(run.length);
  for (const [at, number] of filtered.entries()) expect(number).toBeCloseTo(run[at], 4);
}

describe("an ONNX layer moves its kernels as ONNX Runtime does", () => {
  it.each(["SAME_UPPER", "SAME_LOWER"])("where it pads by %s", async (mode) => {
    const strides = [2, 2];
    expectAlike(await bothMaps("Conv", 3, { auto_pad: mode, strides }));
    expectAlike(await bothMaps("Conv", 2, { auto_pad: mode }));
    expectAlike(await bothMaps("ConvTranspose", 3, { auto_pad: mode, strides }));
  });

  it.each(["NOTSET", "SAME_UPPER", "SAME_LOWER"])("up to a stated size, %s", async (mode) => {
    const attributes = { auto_pad: mode, strides: [2, 2], output_shape: [16, 16] };
    expectAlike(await bothMaps("ConvTranspose", 3, attributes));
  });
});
