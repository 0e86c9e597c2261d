import { describe, expect, it } from "vitest";
import { float16ToFloat32 } from "../../../src/core/bytes/halfPrecision.ts";
import { readExecutable } from "../../support/executables.ts";
import { placed } from "../../support/readModel.ts";
import {
  made,
  noise,
  slowConvolution,
  slowEntries,
  slowReduction,
  slowTranspose,
  slowTransposed,
} from "../../support/slowMaps.ts";
import { expectClose, resultsOf, runFiles } from "../../support/tensorflowRuns.ts";
import {
  LITE_IMAGE,
  LITE_MAPS,
  LiteGraph,
  lastOf,
  liteMaps,
  MORE,
} from "../../support/tfliteRuns.ts";
import { convolutionOptions, TYPE } from "../../support/tfliteWriter.ts";

const FORM = "as a convolution leaves them";

describe("TensorFlow Lite networks of half precision", () => {
  it("run with the numbers that their weights stand for", async () => {
    const bits = Uint16Array.from({ length: 9 * 3 * 2 }, (_, at) => 0x3000 + 37 * at);
    const graph = new LiteGraph();
    const image = graph.tensor({ name: "image", shape: LITE_IMAGE.shape });
    const half = graph.tensor({
      name: "layer/kernel",
      shape: [2, 3, 3, 3],
      type: TYPE.float16,
      data: new Uint8Array(bits.buffer),
    });
    const weights = graph.run(MORE.dequantize, [half], { shape: [2, 3, 3, 3] });
    const shape = [1, 7, 5, 2];
    graph.run(MORE.conv2d, [image, weights], {
      name: "conv",
      shape,
      options: convolutionOptions(),
    });
    const { results, executable } = await runFiles(graph.files(), LITE_IMAGE);
    const stored = { shape: [2, 3, 3, 3], values: float16ToFloat32(bits) };
    const kernels = slowTranspose(stored, [1, 2, 3, 0]);
    expectClose(results.conv, slowConvolution(LITE_IMAGE, kernels, { padding: "SAME" }), 1e-4);
    expect(executable.convolutions).toHaveLength(1);
    expect(executable.remarks).toEqual([]);
  });
});

/** A network of one convolution whose maps are 8 bits. */
function quantized(withScale: boolean): LiteGraph {
  const graph = new LiteGraph();
  const map = { scale: [0.5], zeroPoint: [-128] };
  const maps = withScale ? { type: TYPE.int8, quantization: map } : { type: TYPE.int8 };
  const image = graph.tensor({ name: "image", shape: [1, 7, 5, 1], ...maps });
  const weights = graph.bytes(
    [...Array(18).keys()].map((at) => at - 9),
    [2, 3, 3, 1],
    {
      scale: [0.25, 0.125],
    },
  );
  graph.run(MORE.conv2d, [image, weights], {
    name: "conv",
    shape: [1, 7, 5, 2],
    options: convolutionOptions(),
    ...maps,
  });
  return graph;
}

describe("quantized networks", () => {
  it("run as the real numbers that they stand for, and say so", async () => {
    const image = noise([1, 7, 5, 1]);
    const { results, executable } = await runFiles(quantized(true).files(), image);
    const kernels = made([3, 3, 1, 2], ([y, x, , o]) => {
      const stored = o * 9 + y * 3 + x - 9;
      return stored * (o === 0 ? 0.25 : 0.125);
    });
    expectClose(results.conv, slowConvolution(image, kernels, { padding: "SAME" }));
    expect(executable.remarks).toEqual([
      expect.stringContaining("maps are not rounded"),
      "Its images hold values from 0 to 127.5.",
    ]);
  });

  it("are refused where a scale is not stated", async () => {
    await expect(readExecutable(placed(quantized(false).files()))).rejects.toMatchObject({
      code: "cannot-run",
      message: expect.stringMatching(/input|scale/),
    });
  });
});

describe("operators of others", () => {
  it("MediaPipe's transposed convolution takes its stride from the maps", async () => {
    const { files, wanted } = mediapipe();
    const { results, executable } = await runFiles(files, LITE_IMAGE);
    expectClose(Object.values(results)[0], wanted);
    expect(executable.convolutions.at(-1)).toMatchObject({ weights: { layout: "in,out/g,h,w" } });
  });

  it("an operator that is not known is named, with what to try", async () => {
    const [graph, maps] = liteMaps(FORM);
    graph.run(MORE.unknown, [maps], { name: "strange" });
    await expect(lastOf(graph)).rejects.toMatchObject({
      code: "cannot-run",
      message:
        "network.tflite cannot be run here: ConvAtlas does not run one of its operators (operator number 99999, node strange); try python -m tf2onnx.convert --tflite FILE --output model.onnx and open the ONNX file.",
    });
  });

  it.each(["cast", "reshape"] as const)("%s without a result changes nothing", async (operator) => {
    const [graph, maps] = liteMaps(FORM);
    graph.run(MORE[operator], [maps], { count: 0 });
    graph.run(MORE.relu6, [maps], { name: "last" });
    expectClose(
      await lastOf(graph),
      slowEntries([LITE_MAPS], (x) => Math.min(6, Math.max(0, x))),
    );
  });

  it("the number of the largest channel comes with the channels", async () => {
    const [graph, maps] = liteMaps(FORM);
    graph.run(MORE.argMax, [maps, graph.integers([-1], [])], { name: "largest", type: TYPE.int32 });
    const read = await readExecutable(placed(graph.files()));
    const results = await resultsOf(read, LITE_IMAGE);
    const index = (all: readonly number[]) => all.indexOf(Math.max(...all));
    expectClose(results.largest, slowReduction(LITE_MAPS, [3], true, index));
    expectClose(results.largest_channels, LITE_MAPS);
  });
});

function mediapipe() {
  const [graph, maps] = liteMaps(FORM);
  const kernels = noise([2, 2, 1, 4], 6);
  const bias = noise([1], 7);
  const stored = graph.floats({ shape: [1, 2, 2, 4], values: kernels.values });
  graph.runCustom("Convolution2DTransposeBias", [maps, stored, graph.floats(bias)], [1, 14, 10, 1]);
  const plain = slowTransposed(LITE_MAPS, kernels, [14, 10], { stride: [2, 2], padding: "SAME" });
  return { files: graph.files(), wanted: slowEntries([plain, bias], (x, b) => x + b) };
}
