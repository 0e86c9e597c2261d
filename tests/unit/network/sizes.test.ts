import { describe, expect, it } from "vitest";
import type { Operation, Padding } from "../../../src/core/network/graph.ts";
import type { Size2d } from "../../../src/core/network/size2d.ts";
import { inferSizes } from "../../../src/core/network/sizes.ts";
import { GraphWriter } from "../../support/graphs.ts";

/** Size of the last node's output for an input image of (height, width). */
function sizeAfter(operation: Operation, height = 17, width = 30): Size2d | null {
  const writer = new GraphWriter();
  writer.add(operation, writer.input(1, 3, height, width));
  return inferSizes(writer.graph, 256).outputs.at(-1) ?? null;
}

const pads = (before: Size2d, after: Size2d): Padding => ({ kind: "explicit", before, after });
const NONE = pads([0, 0], [0, 0]);
const convolution = {
  kind: "convolution",
  kernelSize: [3, 3],
  stride: [1, 1],
  dilation: [1, 1],
  padding: NONE,
  outChannels: 4,
} as const;
const pool = {
  kind: "pool",
  window: [3, 3],
  stride: [2, 2],
  dilation: [1, 1],
  padding: NONE,
  roundUp: false,
} as const;
const up = {
  kind: "transposedConvolution",
  kernelSize: [3, 3],
  stride: [2, 2],
  dilation: [1, 1],
  padding: NONE,
  outputPadding: [0, 0],
  outputSize: null,
  outChannels: 4,
} as const;
const resize = {
  kind: "resize",
  scale: null,
  size: null,
  valueInput: null,
  valueMeans: "sizes",
} as const;

// Expected sizes by PyTorch's documented formulas (Conv2d, MaxPool2d, ConvTranspose2d).
describe("map sizes", () => {
  it.each<[string, Operation, Size2d | null]>([
    ["an unpadded convolution", convolution, [15, 28]],
    [
      "a strided convolution",
      { ...convolution, stride: [2, 3], padding: pads([1, 1], [1, 1]) },
      [9, 10],
    ],
    ["a dilated convolution", { ...convolution, dilation: [2, 2] }, [13, 26]],
    ["lopsided padding", { ...convolution, padding: pads([0, 1], [1, 2]) }, [16, 31]],
    ["'same' padding", { ...convolution, stride: [2, 2], padding: { kind: "same" } }, [9, 15]],
    ["a kernel larger than the map", { ...convolution, kernelSize: [31, 31] }, null],
    ["a pool", pool, [8, 14]],
    ["a pool that rounds up", { ...pool, roundUp: true }, [8, 15]],
    [
      "a rounded-up window in the padding",
      { ...pool, window: [1, 1], padding: pads([0, 0], [1, 1]), roundUp: true },
      [9, 15],
    ],
    ["a transposed convolution", up, [35, 61]],
    [
      "with output padding",
      { ...up, padding: pads([1, 1], [1, 1]), outputPadding: [1, 1] },
      [34, 60],
    ],
    ["with 'same' padding", { ...up, padding: { kind: "same" } }, [34, 60]],
    ["with an explicit size", { ...up, outputSize: [40, 70] }, [40, 70]],
    ["a global pool", { kind: "globalPool" }, [1, 1]],
    ["a resize by a scale", { ...resize, scale: [2, 0.5] }, [34, 15]],
    ["a resize to a size", { ...resize, size: [7, 9] }, [7, 9]],
    ["padding", { kind: "pad", before: [1, 2], after: [0, -3] }, [18, 29]],
    ["an activation", { kind: "elementwise" }, [17, 30]],
    [
      "a crop",
      { kind: "slice", starts: [1, 2], ends: [-1, 9e18], axes: [2, -1], steps: [1, 2] },
      [15, 14],
    ],
    ["swapped axes", { kind: "transpose", permutation: [0, 1, 3, 2] }, [30, 17]],
    ["an unknown operator", { kind: "opaque", operator: "FFT" }, null],
    ["an absurd scale", { ...resize, scale: [1e9, 1e9] }, null],
  ])("follows %s", (_, operation, expected) => {
    expect(sizeAfter(operation)).toEqual(expected);
  });

  it("fills in an open image size and says so", () => {
    const writer = new GraphWriter();
    const image = writer.input(null, 3, null, 100);
    writer.pool(image);
    const sizes = inferSizes(writer.graph, 64);
    expect(sizes.inputSize).toEqual([64, 100]);
    expect(sizes.inputSizeIsOpen).toBe(true);
    expect(sizes.outputs[1]).toEqual([32, 50]);
    expect(sizes.received).toEqual([null, [64, 100]]);
  });

  it("works with channels last", () => {
    const writer = new GraphWriter("channelsLast");
    const image = writer.input(null, null, null, 3);
    const a = writer.conv("a", image, { stride: 2 });
    const b = writer.double(a);
    writer.add({ kind: "concatenate", axis: -1 }, b, image);
    const sizes = inferSizes(writer.graph, 48);
    expect(sizes.inputSize).toEqual([48, 48]);
    expect(sizes.outputs).toEqual([
      [48, 48],
      [24, 24],
      [48, 48],
      [48, 48],
    ]);
  });

  it("finds the image behind the transpose of a converted TensorFlow network", () => {
    const writer = new GraphWriter();
    const image = writer.input(null, null, null, 3);
    const turned = writer.add({ kind: "transpose", permutation: [0, 3, 1, 2] }, image);
    writer.conv("a", turned, { stride: 2 });
    const sizes = inferSizes(writer.graph, 48);
    expect(sizes.inputSize).toEqual([48, 48]);
    expect(sizes.outputs.at(-1)).toEqual([24, 24]);
  });

  it("finds it behind the scaling of its pixels as well", () => {
    const writer = new GraphWriter();
    const image = writer.input(null, null, null, 3);
    const factor = writer.add({ kind: "constant", dimensions: [], value: null });
    const scaled = writer.sum(factor, writer.sum(image, writer.vector(1, 2, 3)));
    const turned = writer.add({ kind: "transpose", permutation: [0, 3, 1, 2] }, scaled);
    const last = writer.conv("a", turned);
    const { outputs, inputSize, inputSizeIsOpen } = inferSizes(writer.graph, 96);
    expect(outputs[last]).toEqual([96, 96]);
    expect(inputSize).toEqual([96, 96]);
    expect(inputSizeIsOpen).toBe(true);
  });

  it("takes the known size where operators join it with an unknown one", () => {
    const writer = new GraphWriter();
    const image = writer.input(1, 3, 40, 40);
    const unknown = writer.add({ kind: "opaque", operator: "Gate" }, image);
    writer.sum(unknown, image);
    writer.join(unknown, image);
    const constant = writer.add({ kind: "constant", dimensions: [3, 1, 1], value: null });
    writer.sum(image, constant);
    const { outputs } = inferSizes(writer.graph, 256);
    expect([outputs[2], outputs[3], outputs[5]]).toEqual([
      [40, 40],
      [40, 40],
      [40, 40],
    ]);
  });
});

describe("sizes that the graph computes", () => {
  it("follows Shape, Slice, Concat before a resize, as PyTorch writes it", () => {
    const writer = new GraphWriter();
    const image = writer.input(1, 3, 40, 60);
    const small = writer.pool(writer.conv("a", image));
    const shape = writer.add({ kind: "shapeOf" }, small);
    const head = writer.add(
      { kind: "slice", starts: [0], ends: [2], axes: [0], steps: [1] },
      shape,
    );
    const target = writer.add({ kind: "shapeOf" }, image);
    const tail = writer.add(
      { kind: "slice", starts: [2], ends: [9e18], axes: [0], steps: [1] },
      target,
    );
    const sizes = writer.add({ kind: "concatenate", axis: 0 }, head, tail);
    const last = writer.add({ ...resize, valueInput: 1 }, small, sizes);
    expect(inferSizes(writer.graph, 256).outputs[last]).toEqual([40, 60]);
  });

  it("follows Gather and arithmetic before a resize", () => {
    const writer = new GraphWriter();
    const image = writer.input(1, 3, 41, 60);
    const shape = writer.add({ kind: "shapeOf" }, image);
    const at = (index: number) =>
      writer.add({ kind: "gather", axis: 0 }, shape, writer.vector(index));
    const arithmetic = (
      operator: "multiply" | "divide" | "floor" | "ceil" | "add" | "subtract",
      ...inputs: number[]
    ) => writer.add({ kind: "arithmetic", operator }, ...inputs);
    const half = arithmetic("floor", arithmetic("divide", at(2), writer.vector(2)));
    const height = arithmetic(
      "subtract",
      arithmetic("add", half, writer.vector(3)),
      writer.vector(1),
    );
    const width = arithmetic("ceil", arithmetic("multiply", at(-1), writer.vector(0.51)));
    const sizes = writer.add({ kind: "concatenate", axis: 0 }, height, width);
    const last = writer.add({ ...resize, valueInput: 1 }, image, sizes);
    expect(inferSizes(writer.graph, 256).outputs[last]).toEqual([22, 31]);
  });

  it("stays small where gathers are nested without end", () => {
    const writer = new GraphWriter();
    let last = writer.input(1, 3, 40, 60);
    for (let depth = 0; depth < 200; depth += 1) {
      last = writer.add({ kind: "gather", axis: 0 }, last, last);
    }
    expect(inferSizes(writer.graph, 256).outputs[last]).toBeNull();
  });

  it("takes computed scales", () => {
    const writer = new GraphWriter();
    const image = writer.input(1, 3, 40, 60);
    const scales = writer.vector(1, 1, 2, 1.5);
    const last = writer.add({ ...resize, valueInput: 1, valueMeans: "scales" }, image, scales);
    expect(inferSizes(writer.graph, 256).outputs[last]).toEqual([80, 90]);
  });

  it("rounds computed scales as float32 does", () => {
    const writer = new GraphWriter();
    const image = writer.input(1, 3, 7, 49);
    // Both are a little below the quotients.
    const scales = writer.vector(1, 1, Math.fround(15 / 7), Math.fround(99 / 49));
    const last = writer.add({ ...resize, valueInput: 1, valueMeans: "scales" }, image, scales);
    expect(inferSizes(writer.graph, 256).outputs[last]).toEqual([15, 99]);
  });

  it("takes no two numbers for the shape of a map", () => {
    const writer = new GraphWriter();
    const image = writer.input(1, 3, 40, 60);
    const sizes = writer.vector(1, 7200);
    const last = writer.add({ ...resize, valueInput: 1, valueMeans: "shape" }, image, sizes);
    expect(inferSizes(writer.graph, 256).outputs[last]).toBeNull();
    const shape = writer.vector(1, 3, 120, 20);
    const map = writer.add({ ...resize, valueInput: 1, valueMeans: "shape" }, image, shape);
    expect(inferSizes(writer.graph, 256).outputs[map]).toEqual([120, 20]);
  });

  it("turns paddings about, as PyTorch writes them", () => {
    const writer = new GraphWriter();
    const image = writer.input(1, 3, 40, 60);
    // Left, right, top, bottom; then none for the axes in front.
    const sides = writer.vector(1, 2, 3, 4);
    const joined = writer.add(
      { kind: "concatenate", axis: 0 },
      sides,
      writer.add({ kind: "fill" }, writer.vector(4)),
    );
    const pairs = writer.add({ kind: "reshapeVector", axes: [-1, 2] }, joined);
    const turned = writer.add(
      { kind: "slice", starts: [-1], ends: [-9.2e18], axes: [0], steps: [-1] },
      pairs,
    );
    const columns = writer.add({ kind: "transpose", permutation: [1, 0] }, turned);
    const pads = writer.add({ kind: "reshapeVector", axes: [-1] }, columns);
    const last = writer.add({ kind: "computedPad" }, image, pads);
    expect(inferSizes(writer.graph, 256).outputs[last]).toEqual([47, 63]);
    const unknown = writer.add({ kind: "computedPad" }, image, joined);
    expect(inferSizes(writer.graph, 256).outputs[unknown]).toBeNull();
  });

  it("leaves a size unknown that depends on a value it cannot follow", () => {
    const writer = new GraphWriter();
    const image = writer.input(1, 3, 40, 60);
    const unknown = writer.add({ kind: "opaque", operator: "NonZero" }, image);
    const last = writer.add({ ...resize, valueInput: 1 }, image, unknown);
    expect(inferSizes(writer.graph, 256).outputs[last]).toBeNull();
  });
});
