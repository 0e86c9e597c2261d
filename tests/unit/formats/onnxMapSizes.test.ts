import { describe, expect, it } from "vitest";
import { memorySource } from "../../../src/core/bytes/memorySource.ts";
import { onnxFormat } from "../../../src/core/formats/onnx.ts";
import { resolveStructure } from "../../../src/core/network/resolveStructure.ts";
import {
  floatTensor,
  type GraphParts,
  int64Tensor,
  model,
  node,
  value,
} from "../../support/onnxWriter.ts";
import { readAs } from "../../support/readModel.ts";

const weights = (name: string) => floatTensor(name, [1, 1, 3, 3], Array(9).fill(0.5));
const SAME = { kernel_shape: [3, 3], pads: [1, 1, 1, 1] };

async function structureOf(parts: GraphParts) {
  const network = await readAs(onnxFormat, memorySource("net.onnx", model(parts)));
  return resolveStructure(network, { grid: "layer", inputSize: 64 });
}

describe("map sizes that the graph of an ONNX file computes", () => {
  it("follows the paddings that PyTorch turns about, also where they depend on maps", async () => {
    const { places, skips } = await structureOf({
      inputs: [value("image", [1, 1, 42, 66])],
      initializers: [
        ...["a", "b", "c", "d"].map(weights),
        floatTensor("double", [4], [1, 1, 2, 2]),
        ...[-1, 0, 2, 3, 4].map((number) => int64Tensor(`${number}`, [number])),
        int64Tensor("pairs", [-1, 2]),
        int64Tensor("first", [-(2 ** 62)]),
      ],
      nodes: [
        node("Conv", ["image", "a"], "x", { attributes: SAME }),
        node("MaxPool", ["x"], "half", { attributes: { kernel_shape: [4, 4], strides: [4, 4] } }),
        node("Conv", ["half", "b"], "deep", { attributes: SAME }),
        node("Resize", ["deep", "", "double"], "twice"),
        node("Resize", ["twice", "", "double"], "large"),
        // Rows and columns that the pool dropped, half of them in front: 42 - 40, 66 - 64.
        ...["x", "large"].map((map) => node("Shape", [map], `shape of ${map}`)),
        ...["2", "3"].flatMap((axis) => [
          node("Gather", ["shape of x", axis], `wanted ${axis}`, { attributes: { axis: 0 } }),
          node("Gather", ["shape of large", axis], `there ${axis}`, { attributes: { axis: 0 } }),
          node("Sub", [`wanted ${axis}`, `there ${axis}`], `missing ${axis}`),
          node("Div", [`missing ${axis}`, "2"], `before ${axis}`),
          node("Sub", [`missing ${axis}`, `before ${axis}`], `after ${axis}`),
        ]),
        node("Concat", ["before 3", "after 3", "before 2", "after 2"], "sides", {
          attributes: { axis: 0 },
        }),
        node("ConstantOfShape", ["4"], "none"),
        node("Concat", ["sides", "none"], "all", { attributes: { axis: 0 } }),
        node("Reshape", ["all", "pairs"], "table"),
        node("Slice", ["table", "-1", "first", "0", "-1"], "turned"),
        node("Transpose", ["turned"], "columns", { attributes: { perm: [1, 0] } }),
        node("Reshape", ["columns", "-1"], "pads"),
        node("Cast", ["pads"], "whole pads", { attributes: { to: 7 } }),
        node("Pad", ["large", "whole pads"], "padded"),
        node("Concat", ["x", "padded"], "joined", { attributes: { axis: 1 } }),
        node("Conv", ["padded", "c"], "y", { attributes: SAME }),
        node("Conv", ["joined", "d"], "z", { attributes: SAME }),
      ],
      outputs: [value("z", [1, 1, 42, 66])],
    });
    expect(places.map(({ grid }) => grid)).toEqual([
      [42, 66],
      [10, 16],
      [42, 66],
      [42, 66],
    ]);
    expect(skips).toEqual([{ from: 0, to: 3 }]);
  });

  it("keeps the size of maps whose channels are parted where the graph computes", async () => {
    const { places } = await structureOf({
      inputs: [value("image", [1, 2, 24, 40])],
      initializers: [weights("a"), ...[0, 1, 2].map((one) => int64Tensor(`${one}`, [one]))],
      nodes: [
        node("Shape", ["image"], "shape"),
        node("Gather", ["shape", "1"], "channels", { attributes: { axis: 0 } }),
        node("Div", ["channels", "2"], "half"),
        node("Slice", ["image", "0", "half", "1"], "part"),
        node("Conv", ["part", "a"], "y", { attributes: SAME }),
      ],
      outputs: [value("y", [1, 1, 24, 40])],
    });
    expect(places).toMatchObject([{ grid: [24, 40], gridSource: "graph" }]);
  });

  it("takes the row of features of a classifier for no map", async () => {
    const { places } = await structureOf({
      inputs: [value("image", [1, 1, 64, 64])],
      initializers: [weights("a"), weights("b"), int64Tensor("0", [0]), int64Tensor("900", [900])],
      nodes: [
        node("Conv", ["image", "a"], "x", { attributes: SAME }),
        node("MaxPool", ["x"], "small", { attributes: { kernel_shape: [8, 8], strides: [8, 8] } }),
        node("Conv", ["small", "b"], "y", { attributes: SAME }),
        node("Shape", ["y"], "shape"),
        node("Gather", ["shape", "0"], "batch", { attributes: { axis: 0 } }),
        node("Concat", ["batch", "900"], "row", { attributes: { axis: 0 } }),
        node("Reshape", ["y", "row"], "features"),
      ],
      outputs: [value("features", [1, 900])],
    });
    expect(places.map(({ role }) => role)).toEqual(["encoder", "encoder"]);
  });

  it("follows maps that are cropped to the size of others", async () => {
    const { places } = await structureOf({
      inputs: [value("image", [1, 1, 41, 66])],
      initializers: [
        ...["a", "b", "c", "d"].map(weights),
        floatTensor("double", [4], [1, 1, 2, 2]),
        ...[0, 2, 3].map((number) => int64Tensor(`${number}`, [number])),
      ],
      nodes: [
        node("Conv", ["image", "a"], "x", { attributes: SAME }),
        node("MaxPool", ["x"], "half", {
          attributes: { kernel_shape: [2, 2], strides: [2, 2], ceil_mode: 1 },
        }),
        node("Conv", ["half", "b"], "deep", { attributes: SAME }),
        node("Resize", ["deep", "", "double"], "large"),
        node("Shape", ["image"], "shape"),
        node("Gather", ["shape", "2"], "rows", { attributes: { axis: 0 } }),
        node("Slice", ["large", "0", "rows", "2"], "cropped"),
        node("Conv", ["cropped", "c"], "y", { attributes: SAME }),
        // Where the end is not known, nothing is made up.
        node("Slice", ["y", "0", "unknown", "3"], "lost"),
        node("Conv", ["lost", "d"], "z", { attributes: SAME }),
      ],
    });
    expect(places.map(({ grid, gridSource }) => [...grid, gridSource])).toEqual([
      [41, 66, "graph"],
      [21, 33, "graph"],
      [41, 66, "graph"],
      [64, 64, "default"],
    ]);
  });
});
