import { describe, it } from "vitest";
import {
  entryAt,
  made,
  type Numbers,
  noise,
  reshaped,
  slowEntries,
  slowReduction,
  slowTranspose,
} from "../../support/slowMaps.ts";
import {
  afterConvolution,
  attribute,
  expectClose,
  floats,
  MAPS,
  node,
  whole,
} from "../../support/tensorflowRuns.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** Maps are (1,7,5,4). */
async function expectResult(nodes: readonly Bytes[], wanted: Numbers): Promise<void> {
  await afterConvolution(nodes, "result", (found) => expectClose(found, wanted));
}

const SUM = (entries: readonly number[]) => entries.reduce((sum, x) => sum + x, 0);
const FOLDS: Readonly<Record<string, (entries: readonly number[]) => number>> = {
  Max: (entries) => Math.max(...entries),
  Mean: (entries) => SUM(entries) / entries.length,
  Min: (entries) => Math.min(...entries),
  Prod: (entries) => entries.reduce((product, x) => product * x, 1),
  Sum: SUM,
};
const AXES = [[1, 2], [3], [-1], [2], [1, 2, 3], [0, 3]];

describe("reductions", () => {
  it.each(Object.entries(FOLDS))("%s over any axes, kept or not", async (op, fold) => {
    for (const axes of AXES) {
      for (const keeps of [true, false]) {
        const nodes = [
          whole("axes", axes),
          node("result", op, ["maps", "axes"], { keep_dims: attribute.bool(keeps) }),
        ];
        const plain = axes.map((axis) => (axis < 0 ? axis + 4 : axis));
        await expectResult(nodes, slowReduction(MAPS, plain, keeps, fold));
      }
    }
  });

  it("ArgMax: the number of the largest channel, with the channels beside it", async () => {
    const wanted = slowReduction(MAPS, [3], true, (entries) =>
      entries.indexOf(Math.max(...entries)),
    );
    const nodes = [whole("axis", [3], []), node("largest", "ArgMax", ["maps", "axis"])];
    await afterConvolution(nodes, "largest", (found) => expectClose(found, wanted));
    await afterConvolution(nodes, "largest_channels", (found) => expectClose(found, MAPS));
  });
});

describe("shapes", () => {
  it("Reshape keeps TensorFlow's order of entries", async () => {
    await expectResult(
      [whole("shape", [-1, 28]), node("result", "Reshape", ["maps", "shape"])],
      reshaped(MAPS, [5, 28]),
    );
  });

  it.each([[[0, 3, 1, 2]], [[0, 2, 1, 3]], [[3, 1, 0, 2]]])(
    "Transpose %j, and back",
    async (permutation) => {
      const nodes = [whole("axes", permutation), node("turned", "Transpose", ["maps", "axes"])];
      const wanted = slowTranspose(MAPS, permutation);
      await expectResult(
        [...nodes, node("result", "Relu", ["turned"])],
        slowEntries([wanted], (x) => Math.max(0, x)),
      );
      const inverse = permutation.map((_, axis) => permutation.indexOf(axis));
      await expectResult(
        [...nodes, whole("back", inverse), node("result", "Transpose", ["turned", "back"])],
        MAPS,
      );
    },
  );

  it("Squeeze and ExpandDims", async () => {
    const reduced = [
      whole("sides", [1, 2]),
      node("mean", "Mean", ["maps", "sides"], { keep_dims: attribute.bool(true) }),
    ];
    const mean = slowReduction(MAPS, [1, 2], false, (entries) => SUM(entries) / entries.length);
    await expectResult(
      [...reduced, node("result", "Squeeze", ["mean"], { squeeze_dims: attribute.ints([1, 2]) })],
      mean,
    );
    await expectResult(
      [...reduced, node("flat", "Squeeze", ["mean"]), node("result", "Tanh", ["flat"])],
      slowEntries([reshaped(mean, [4])], Math.tanh),
    );
    await expectResult(
      [whole("axis", [-2], []), node("result", "ExpandDims", ["maps", "axis"])],
      reshaped(MAPS, [1, 7, 5, 1, 4]),
    );
  });

  it("a shape put together from parts of another", async () => {
    const single = { shrink_axis_mask: attribute.int(1) };
    await expectResult(
      [
        node("shape", "Shape", ["maps"]),
        whole("zero", [0]),
        whole("one", [1]),
        whole("three", [3]),
        whole("four", [4]),
        node("batch", "StridedSlice", ["shape", "zero", "one", "one"], single),
        node("channels", "StridedSlice", ["shape", "three", "four", "one"], single),
        whole("rest", [-1], []),
        node("wanted", "Pack", ["batch", "rest", "channels"]),
        node("result", "Reshape", ["maps", "wanted"]),
      ],
      reshaped(MAPS, [1, 35, 4]),
    );
  });
});

describe("borders", () => {
  const pads = [0, 0, 2, 1, 0, 3, 1, 0];
  const place = (index: readonly number[]) => index.map((at, axis) => at - pads[2 * axis]);
  const shape = [1, 10, 8, 5];
  const isInside = (index: readonly number[]) =>
    index.every((at, axis) => at >= 0 && at < MAPS.shape[axis]);

  it.each([
    ["Pad", 0],
    ["PadV2", 7],
  ])("%s", async (op, fill) => {
    const nodes = [
      whole("pads", pads, [4, 2]),
      floats("fill", { shape: [], values: Float32Array.of(fill) }),
      node("result", op, op === "Pad" ? ["maps", "pads"] : ["maps", "pads", "fill"]),
    ];
    await expectResult(
      nodes,
      made(shape, (index) => (isInside(place(index)) ? entryAt(MAPS, place(index)) : fill)),
    );
  });

  it.each([
    ["REFLECT", [0, 0, 2, 1, 1, 3, 0, 0]],
    ["SYMMETRIC", [0, 0, 1, 1, 0, 1, 0, 0]],
  ] as const)("MirrorPad, %s", async (mode, mirrored) => {
    const edge = mode === "REFLECT" ? 0 : 1;
    const wide = MAPS.shape.map(
      (length, axis) => length + mirrored[2 * axis] + mirrored[2 * axis + 1],
    );
    const inside = (at: number, length: number) => {
      if (at < 0) return -at - edge;
      return at >= length ? 2 * length - 2 - at + edge : at;
    };
    await expectResult(
      [
        whole("pads", mirrored, [4, 2]),
        node("result", "MirrorPad", ["maps", "pads"], { mode: attribute.text(mode) }),
      ],
      made(wide, (index) =>
        entryAt(
          MAPS,
          index.map((at, axis) => inside(at - mirrored[2 * axis], MAPS.shape[axis])),
        ),
      ),
    );
  });
});

describe("dense layers", () => {
  it("MatMul, factors turned or not", async () => {
    const weights = noise([140, 3], 4);
    const product = made([1, 3], ([, o]) =>
      MAPS.values.reduce((sum, x, at) => sum + x * entryAt(weights, [at, o]), 0),
    );
    const flat = [whole("flat", [1, -1]), node("row", "Reshape", ["maps", "flat"])];
    await expectResult(
      [...flat, floats("weights", weights), node("result", "MatMul", ["row", "weights"])],
      product,
    );
    await expectResult(
      [
        ...flat,
        floats("weights", slowTranspose(weights, [1, 0])),
        node("result", "MatMul", ["row", "weights"], { transpose_b: attribute.bool(true) }),
      ],
      product,
    );
    await expectResult(
      [
        whole("standing", [-1, 1]),
        node("column", "Reshape", ["maps", "standing"]),
        floats("weights", weights),
        floats("bias", noise([3], 7)),
        node("result", "_FusedMatMul", ["column", "weights", "bias"], {
          transpose_a: attribute.bool(true),
          fused_ops: attribute.texts(["BiasAdd", "Relu"]),
        }),
      ],
      slowEntries([product, noise([3], 7)], (x, b) => Math.max(0, x + b)),
    );
  });
});
