/** Runs small TensorFlow graphs in ONNX Runtime. */

import * as ort from "onnxruntime-web/wasm";
import { expect } from "vitest";
import { type ReadExecutable, readExecutable, startSession } from "./executables.ts";
import { bytesField, floatBytes, intField, join } from "./onnxWriter.ts";
import { type Files, placed } from "./readModel.ts";
import { entryAt, made, type Numbers, noise } from "./slowMaps.ts";
import {
  attribute,
  constant,
  floatTensor,
  graphDef,
  intTensor,
  node,
  placeholder,
} from "./tensorflowWriter.ts";

type Bytes = Uint8Array<ArrayBuffer>;

export function floats(name: string, { shape, values }: Numbers): Bytes {
  return constant(name, floatTensor(shape, [...values]));
}

export function whole(name: string, values: readonly number[], shape = [values.length]): Bytes {
  return constant(name, intTensor(shape, values));
}

/** A setting that is a real number (AttrValue.f). */
export function realAttribute(value: number): Bytes {
  return join(Uint8Array.of(4 * 8 + 5), floatBytes([value]));
}

export const floatType = attribute.type(1);
export { attribute, bytesField, graphDef, intField, node, placeholder };

/** What a network makes of an image, by the names of its results. */
export async function resultsOf(
  { executable }: ReadExecutable,
  image: Numbers,
): Promise<Readonly<Record<string, Numbers>>> {
  const session = await startSession(executable.model);
  const tensor = new ort.Tensor("float32", image.values, image.shape);
  const results = await session.run({ [session.inputNames[0]]: tensor });
  const numbers = Object.entries(results).map(([name, { dims, data }]) => [
    name,
    { shape: dims, values: Float32Array.from(data as Float32Array) },
  ]);
  await session.release();
  return Object.fromEntries(numbers);
}

export async function runFiles(files: Files, image: Numbers) {
  const read = await readExecutable(placed(files));
  return { ...read, results: await resultsOf(read, image) };
}

/** Runs the nodes of a graph whose image is the placeholder "image". */
export async function runGraph(
  nodes: readonly Uint8Array[],
  image: Numbers,
  dimensions: readonly (number | null)[] = [null, ...image.shape.slice(1)],
) {
  return runFiles({ "graph.pb": graphDef([placeholder("image", dimensions), ...nodes]) }, image);
}

const MIXING = noise([1, 1, 3, 4], 5);

/** What the convolution of `afterConvolution` makes of an image. */
export function mixed(image: Numbers): Numbers {
  const [n, h, w] = image.shape;
  return made([n, h, w, 4], ([at, y, x, o]) =>
    [0, 1, 2].reduce(
      (sum, c) => sum + entryAt(image, [at, y, x, c]) * entryAt(MIXING, [0, 0, c, o]),
      0,
    ),
  );
}

/** An image of three channels, of sides that nothing divides. */
export const IMAGE = noise([1, 7, 5, 3], 2);
export const MAPS = mixed(IMAGE);

/**
 * Runs operators on maps of four channels, called "maps": once as a convolution leaves them,
 * (n,c,h,w) in the model, and once in TensorFlow's order; and once more with open height and width.
 */
export async function afterConvolution(
  nodes: readonly Uint8Array[],
  result: string,
  check: (made: Numbers) => void,
  image = IMAGE,
): Promise<void> {
  const strides = { strides: attribute.ints([1, 1, 1, 1]), padding: attribute.text("SAME") };
  const before = [floats("mixing", MIXING), node("mixed", "Conv2D", ["image", "mixing"], strides)];
  const [batch, height, width] = image.shape;
  const turned = [
    whole("its_shape", [batch, height, width, 4]),
    node("maps", "Reshape", ["mixed", "its_shape"]),
  ];
  const lefts = [node("maps", "Identity", ["mixed"])];
  const open = [null, null, null, 3];
  for (const [form, dimensions] of [
    [lefts, undefined],
    [turned, undefined],
    [lefts, open],
  ] as const) {
    const { results } = await runGraph([...before, ...form, ...nodes], image, dimensions);
    check(results[result]);
  }
}

/** Numbers agree to a few roundings of float32. */
export function expectClose(found: Numbers | undefined, wanted: Numbers, tolerance = 1e-5): void {
  expect(found?.shape).toEqual(wanted.shape);
  const largest = wanted.values.reduce((most, value, at) => {
    const difference = Math.abs(value - (found?.values[at] ?? Number.NaN));
    return difference > most || Number.isNaN(difference) ? difference : most;
  }, 0);
  expect(largest).toBeLessThan(tolerance);
}
