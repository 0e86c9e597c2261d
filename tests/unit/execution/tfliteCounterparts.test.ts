import { describe, expect, it } from "vitest";
import { int8, int32 } from "../../support/flatBufferWriter.ts";
import {
  entryAt,
  made,
  type Numbers,
  noise,
  reshaped,
  slowConvolution,
  slowEntries,
  slowReduction,
  slowTranspose,
} from "../../support/slowMaps.ts";
import { expectClose, runFiles } from "../../support/tensorflowRuns.ts";
import {
  expectLite,
  LITE_IMAGE,
  LITE_MAPS,
  type LiteGraph,
  liteMaps,
  MORE,
} from "../../support/tfliteRuns.ts";
import { convolutionOptions } from "../../support/tfliteWriter.ts";

// Operators that TensorFlow Lite shares with TensorFlow, by their numbers in schema.fbs.

const BOOL = 6;
const sumOf = (all: readonly number[]) => all.reduce((sum, x) => sum + x, 0);

/** Above 0.5 everywhere, for roots and logarithms. */
const POSITIVE = slowEntries([LITE_MAPS], (x) => x * x + 0.5);

function positive(graph: LiteGraph, maps: number): number {
  const half = graph.floats({ shape: [], values: Float32Array.of(0.5) });
  return graph.run(MORE.add, [graph.run(92, [maps]), half]);
}

describe("entries as TensorFlow has them", () => {
  it.each<[string, number, (x: number) => number]>([
    ["ABS", 101, Math.abs],
    ["CEIL", 104, Math.ceil],
    ["COS", 108, Math.cos],
    ["FLOOR", 8, Math.floor],
    ["LOG", 73, Math.log],
    ["NEG", 59, (x) => -x],
    ["RSQRT", 76, (x) => 1 / Math.sqrt(x)],
    ["SIN", 66, Math.sin],
    ["SQRT", 75, Math.sqrt],
  ])("%s", async (_, code, compute) => {
    await expectLite(slowEntries([POSITIVE], compute), (graph, maps) =>
      graph.run(code, [positive(graph, maps)]),
    );
  });

  it("ROUND", async () => {
    await expectLite(slowEntries([LITE_MAPS], Math.round), (graph, maps) => graph.run(116, [maps]));
  });

  const other = slowEntries([noise([4], 9)], (x) => x + 2);

  it.each<[string, number, (x: number, y: number) => number]>([
    ["FLOOR_DIV", 90, (x, y) => Math.floor(x / y)],
    ["FLOOR_MOD", 95, (x, y) => x - Math.floor(x / y) * y],
    ["MAXIMUM", 55, Math.max],
    ["MINIMUM", 57, Math.min],
    ["POW", 78, (x, y) => x ** y],
    ["SQUARED_DIFFERENCE", 99, (x, y) => (x - y) ** 2],
  ])("%s", async (_, code, compute) => {
    await expectLite(slowEntries([POSITIVE, other], compute), (graph, maps) =>
      graph.run(code, [positive(graph, maps), graph.floats(other)]),
    );
  });

  const zero = { shape: [], values: new Float32Array(1) };
  const minus = slowEntries([LITE_MAPS], (x) => -x);

  it.each<[string, number, (x: number, y: number) => boolean]>([
    ["LESS", 58, (x, y) => x < y],
    ["GREATER", 61, (x, y) => x > y],
    ["GREATER_EQUAL", 62, (x, y) => x >= y],
    ["LESS_EQUAL", 63, (x, y) => x <= y],
    ["EQUAL", 71, (x, y) => x === y],
    ["NOT_EQUAL", 72, (x, y) => x !== y],
  ])("%s, and what SELECT_V2 chooses by it", async (_, code, compare) => {
    await expectLite(
      slowEntries([LITE_MAPS, zero, minus], (x, y, negative) => (compare(x, y) ? x : negative)),
      (graph, maps) => {
        const isSo = graph.run(code, [maps, graph.floats(zero)], { type: BOOL });
        graph.run(123, [isSo, maps, graph.run(59, [maps])]);
      },
    );
  });

  it("truths taken together, and CAST into numbers", async () => {
    const small = { shape: [], values: Float32Array.of(0.3) };
    const isBetween = (x: number) => Number(!(x < 0 || x > Math.fround(0.3)) && x !== 0);
    await expectLite(slowEntries([LITE_MAPS], isBetween), (graph, maps) => {
      const below = graph.run(58, [maps, graph.floats(zero)], { type: BOOL });
      const above = graph.run(61, [maps, graph.floats(small)], { type: BOOL });
      const outside = graph.run(84, [below, above], { type: BOOL });
      const inside = graph.run(87, [outside], { type: BOOL });
      const other = graph.run(72, [maps, graph.floats(zero)], { type: BOOL });
      graph.run(53, [graph.run(86, [inside, other], { type: BOOL })]);
    });
  });

  it("ADD_N and LOG_SOFTMAX", async () => {
    const sum = slowEntries([LITE_MAPS, POSITIVE], (x, y) => x + y + x);
    await expectLite(sum, (graph, maps) => graph.run(106, [maps, positive(graph, maps), maps]));
    const sums = slowReduction(LITE_MAPS, [3], true, (all) => sumOf(all.map(Math.exp)));
    await expectLite(
      slowEntries([LITE_MAPS, sums], (x, all) => x - Math.log(all)),
      (graph, maps) => graph.run(50, [maps]),
    );
  });
});

describe("axes as TensorFlow has them", () => {
  const lastTwo = ([n, y, x, c]: readonly number[]) => entryAt(LITE_MAPS, [n, y, x, c + 2]);

  it.each([[[2, 2]], [[2, -1]]])("SPLIT_V into %j channels", async (sizes) => {
    await expectLite(made([1, 7, 5, 2], lastTwo), (graph, maps) => {
      const list = graph.integers(sizes);
      const first = graph.run(102, [maps, list, graph.integers([3], [])], { count: 2 });
      graph.run(59, [graph.run(59, [first + 1])]);
    });
  });

  it("UNPACK and PACK", async () => {
    const turned = made([1, 5, 7, 4], ([n, x, y, c]) => entryAt(LITE_MAPS, [n, y, x, c]));
    await expectLite(turned, (graph, maps) => {
      const options = { 0: int32(7), 1: int32(1) };
      const first = graph.run(MORE.unpack, [maps], { count: 7, options });
      const rows = Array.from({ length: 7 }, (_, row) => first + row);
      graph.run(MORE.pack, rows, { options: { 0: int32(7), 1: int32(2) } });
    });
  });

  it("GATHER, EXPAND_DIMS and TILE", async () => {
    const places = [4, 0, 0];
    const wanted = made([1, 7, 3, 4], ([n, y, x, c]) => entryAt(LITE_MAPS, [n, y, places[x], c]));
    await expectLite(wanted, (graph, maps) =>
      graph.run(36, [maps, graph.integers(places)], { options: { 0: int32(2) } }),
    );
    await expectLite(reshaped(LITE_MAPS, [1, 1, 7, 5, 4]), (graph, maps) =>
      graph.run(MORE.expandDims, [maps, graph.integers([1], [])]),
    );
    await expectLite(
      made([1, 14, 5, 8], ([n, y, x, c]) => entryAt(LITE_MAPS, [n, y % 7, x, c % 4])),
      (graph, maps) => graph.run(69, [maps, graph.integers([1, 2, 1, 2])]),
    );
  });

  it("REDUCE_MIN, and FILL of a SHAPE", async () => {
    await expectLite(
      slowReduction(LITE_MAPS, [1, 2], true, (all) => Math.min(...all)),
      (graph, maps) => graph.run(89, [maps, graph.integers([1, 2])], { options: { 0: int8(1) } }),
    );
    await expectLite(
      slowEntries([LITE_MAPS], (x) => x + 2),
      (graph, maps) => {
        const shape = graph.run(MORE.shape, [maps]);
        const two = graph.floats({ shape: [], values: Float32Array.of(2) });
        graph.run(MORE.add, [maps, graph.run(94, [shape, two])]);
      },
    );
  });

  it("STRIDED_SLICE with its masks", async () => {
    const wanted = made([7, 1, 2], ([y, , c]) => entryAt(LITE_MAPS, [0, y, 3, 2 * c]));
    await expectLite(wanted, (graph, maps) => {
      // maps[0, :, 3:4, ::2]: what the masks leave out of the lists is not looked at.
      const lists = [
        [0, 2, 3, 1],
        [1, 3, 4, 2],
        [1, 1, 1, 2],
      ].map((list) => graph.integers(list));
      const options = { 0: int32(0b1010), 1: int32(0b1010), 4: int32(0b0001) };
      graph.run(MORE.stridedSlice, [maps, ...lists], { options });
    });
  });

  it.each([
    [false, false],
    [true, false],
    [false, true],
  ])("BATCH_MATMUL, the first turned %s, the second turned %s", async (first, second) => {
    const rows = reshaped(LITE_MAPS, first ? [14, 10] : [10, 14]);
    const plain = noise(second ? [6, 14] : [14, 6], 3);
    const left = first ? slowTranspose(rows, [1, 0]) : rows;
    const right = second ? slowTranspose(plain, [1, 0]) : plain;
    const wanted = made([10, 6], ([row, column]) =>
      sumOf(
        [...Array(14).keys()].map((k) => entryAt(left, [row, k]) * entryAt(right, [k, column])),
      ),
    );
    await expectLite(wanted, (graph, maps) => {
      const flat = graph.run(MORE.reshape, [maps, graph.integers(rows.shape)]);
      const options = { 0: int8(Number(first)), 1: int8(Number(second)) };
      graph.run(126, [flat, graph.floats(plain)], { options });
    });
  });
});

describe("a bias behind a convolution", () => {
  it("belongs to it, with the activation that is fused into the sum", async () => {
    const [graph, maps] = liteMaps("as a convolution leaves them");
    const [kernels, bias]: readonly Numbers[] = [noise([3, 3, 4, 2], 4), noise([2], 5)];
    const stored = graph.floats(slowTranspose(kernels, [3, 0, 1, 2]));
    const convolved = graph.run(MORE.conv2d, [maps, stored], {
      name: "plain",
      options: convolutionOptions(),
    });
    graph.run(MORE.add, [convolved, graph.floats(bias)], { name: "sum", options: { 0: int8(1) } });
    const { results, executable } = await runFiles(graph.files(), LITE_IMAGE);
    expect(executable.convolutions).toMatchObject([{ output: "sum_value", activated: "sum_relu" }]);
    const wanted = slowConvolution(LITE_MAPS, kernels, { padding: "SAME" });
    expectClose(
      Object.values(results)[0],
      slowEntries([wanted, bias], (x, b) => Math.max(0, x + b)),
    );
  });
});
