import { describe, expect, it } from "vitest";
import { EXECUTABLE_FORMATS } from "../../../src/core/execution/registry.ts";
import { chooseModel } from "../../../src/core/formats/recognise.ts";
import { readExecutable } from "../../support/executables.ts";
import { placed } from "../../support/readModel.ts";
import { frozenForm, savedForm } from "../../support/runnableUnet.ts";
import { entryAt, made, noise, slowConvolution, slowEntries } from "../../support/slowMaps.ts";
import {
  attribute,
  expectClose,
  floats,
  graphDef,
  node,
  placeholder,
  resultsOf,
  runFiles,
  runGraph,
  whole,
} from "../../support/tensorflowRuns.ts";
import {
  constant,
  floatTensor,
  functionDef,
  moving,
  TYPE,
} from "../../support/tensorflowWriter.ts";

const IMAGE = noise([1, 6, 5, 2], 3);
const KERNELS = noise([3, 3, 2, 2], 4);
const PLAIN = slowConvolution(IMAGE, KERNELS, { padding: "SAME" });
const relu = (x: number) => Math.max(0, x);

const conv = (name: string, maps: string, weights = "layer/kernel") =>
  node(name, "Conv2D", [maps, weights], moving(1, "SAME"));

const kernels = floats("layer/kernel", KERNELS);

function executableOf(nodes: readonly Uint8Array[], functions: readonly Uint8Array[] = []) {
  return readExecutable(placed({ "graph.pb": graphDef(nodes, functions) }));
}

const image = (dimensions: readonly (number | null)[] = [null, 6, 5, 2]) =>
  placeholder("image", dimensions);

describe("convolutions of a TensorFlow graph", () => {
  it("take a bias and the activation that follows at once", async () => {
    const { executable } = await executableOf([
      image(),
      kernels,
      conv("conv", "image"),
      floats("bias", noise([2], 5)),
      node("added", "AddV2", ["conv", "bias"]),
      node("relu", "Relu", ["added"]),
    ]);
    expect(executable.convolutions).toEqual([
      {
        layer: "layer",
        input: "image_channels_first",
        output: "added",
        activated: "relu_value",
        maps: "channelsFirst",
        weights: {
          value: "layer/kernel",
          nodes: ["conv"],
          layout: "out,in/g,h,w",
          dimensions: [2, 2, 3, 3],
          elements: "float32",
        },
      },
    ]);
  });

  it("have no activation where something else takes their maps too", async () => {
    const { executable } = await executableOf([
      image(),
      kernels,
      conv("conv", "image"),
      node("gate", "Sigmoid", ["conv"]),
      node("swish", "Mul", ["conv", "gate"]),
    ]);
    expect(executable.convolutions).toMatchObject([{ output: "conv", activated: null }]);
  });

  it("that share weights are one layer with several nodes", async () => {
    const { results, executable } = await runGraph(
      [kernels, conv("first", "image"), node("relu", "Relu", ["first"]), conv("second", "relu")],
      IMAGE,
    );
    const activated = slowEntries([PLAIN], relu);
    expectClose(results.second, slowConvolution(activated, KERNELS, { padding: "SAME" }));
    expect(executable.convolutions).toMatchObject([
      { layer: "layer", output: "first", weights: { nodes: ["first", "second_value"] } },
    ]);
    expect(executable.remarks).toEqual([expect.stringMatching(/^layer is applied several times/)]);
  });

  it("run with weights that the network computes", async () => {
    const { results, executable } = await runGraph(
      [
        kernels,
        floats("scale", noise([2], 6)),
        node("scaled", "Mul", ["layer/kernel", "scale"]),
        conv("conv", "image", "scaled"),
      ],
      IMAGE,
    );
    const scaled = slowEntries([KERNELS, noise([2], 6)], (x, y) => x * y);
    expectClose(results.conv, slowConvolution(IMAGE, scaled, { padding: "SAME" }));
    expect(executable.convolutions).toEqual([]);
  });
});

describe("what a graph takes", () => {
  it("leaves open: channels are those of the first kernels", async () => {
    const { results } = await runGraph([kernels, conv("conv", "image")], IMAGE, [
      null,
      null,
      null,
      null,
    ]);
    expectClose(results.conv, PLAIN);
  });

  it("leaves open where channels come first: they stand where the convolution has them", async () => {
    const first = { data_format: attribute.text("NCHW") };
    const nodes = [
      kernels,
      node("conv", "Conv2D", ["maps", "layer/kernel"], moving(1, "SAME", first)),
    ];
    const turn = (name: string, source: string, order: readonly number[]) => [
      whole(`${name}/order`, order),
      node(name, "Transpose", [source, `${name}/order`]),
    ];
    const open = [null, null, null, null];
    const images = made([1, 2, 6, 5], ([n, c, y, x]) => entryAt(IMAGE, [n, y, x, c]));
    for (const dimensions of [open, [null, 2, null, null]]) {
      const graph = graphDef([placeholder("maps", dimensions), ...nodes]);
      const { results } = await runFiles({ "graph.pb": graph }, images);
      const wanted = made([1, 2, 6, 5], ([n, c, y, x]) => entryAt(PLAIN, [n, y, x, c]));
      expectClose(results.conv, wanted);
    }
    const turned = [image(open), ...turn("maps", "image", [0, 3, 1, 2]), ...nodes];
    const back = [...turned, ...turn("result", "conv", [0, 2, 3, 1])];
    expectClose((await runFiles({ "graph.pb": graphDef(back) }, IMAGE)).results.result, PLAIN);
  });

  it("switches of training are off, and dropout keeps all", async () => {
    const nodes = [
      kernels,
      node("learning", "Placeholder", [], { dtype: attribute.type(10) }),
      placeholder("keep_prob", []),
      conv("conv", "image"),
      node("switch", "Switch", ["conv", "learning"]),
      node("noise", "RandomStandardNormal", ["switch:1"]),
      node("noisy", "Add", ["switch:1", "noise"]),
      node("merge", "Merge", ["noisy", "switch"]),
      node("shape", "Shape", ["merge"]),
      node("random", "RandomUniform", ["shape"], { dtype: attribute.type(TYPE.float) }),
      node("sum", "Add", ["keep_prob", "random"]),
      node("mask", "Floor", ["sum"]),
      node("scaled", "RealDiv", ["merge", "keep_prob"]),
      node("result", "Mul", ["scaled", "mask"]),
    ];
    const { results, executable } = await runGraph(nodes, IMAGE);
    expectClose(results.result, PLAIN);
    expect(executable.remarks).toEqual([
      "The switch learning is off, as it is when a trained network is used.",
      "The share keep_prob is 1: nothing is dropped when a trained network is used.",
    ]);
  });

  it("an image that a first layer of dropout takes is an image", async () => {
    const { results } = await runFiles(
      {
        "graph.pb": graphDef([
          placeholder("dropout_input", [null, 6, 5, 2]),
          kernels,
          conv("conv", "dropout_input"),
        ]),
      },
      IMAGE,
    );
    expectClose(results.conv, PLAIN);
  });

  it("refuses an input that is no image", async () => {
    const run = executableOf([image([null, 8]), kernels, conv("conv", "image")]);
    await expect(run).rejects.toThrow(/2 axes instead of those of an image/);
  });
});

describe("results of a graph", () => {
  it("are left out where they take what is not run, as long as another one can", async () => {
    const { results, executable } = await runGraph(
      [
        kernels,
        conv("conv", "image"),
        node("kept", "Relu", ["conv"]),
        node("lost", "NonMaxSuppression", ["conv"]),
      ],
      IMAGE,
    );
    expect(Object.keys(results)).toEqual(["kept"]);
    expect(executable.remarks).toEqual([
      "Results that take operators which are not run here are left out: lost.",
    ]);
  });

  it("are not left out where the file is damaged: that is told", async () => {
    const run = executableOf([
      image(),
      kernels,
      conv("conv", "image"),
      node("kept", "Relu", ["conv"]),
      constant("bias", floatTensor([2], [1])),
      node("lost", "BiasAdd", ["conv", "bias"]),
    ]);
    await expect(run).rejects.toMatchObject({
      code: "malformed",
      message: expect.stringMatching(/^graph.pb .*bias/),
    });
  });

  it("ask for another way where none can be made, naming operator and node", async () => {
    const run = executableOf([
      image(),
      kernels,
      conv("conv", "image"),
      node("deep/mystery", "Mystery", ["conv"]),
      node("result", "Relu", ["deep/mystery"]),
    ]);
    await expect(run).rejects.toMatchObject({
      code: "cannot-run",
      message:
        "graph.pb cannot be run here: ConvAtlas does not run one of its operators (operator Mystery, node deep/mystery); try python -m tf2onnx.convert --graphdef FILE --inputs NAME:0 --outputs NAME:0 --output model.onnx and open the ONNX file.",
    });
  });

  it("refuses branches, of which the file's reader follows one", async () => {
    const branch = functionDef(
      "branch",
      ["maps"],
      [node("relu", "Relu", ["maps"])],
      ["relu:activations:0"],
    );
    const run = executableOf(
      [
        image(),
        kernels,
        conv("conv", "image"),
        node("learning", "Placeholder", [], { dtype: attribute.type(10) }),
        node("choice", "If", ["learning", "conv"], {
          then_branch: attribute.calls("branch"),
          else_branch: attribute.calls("branch"),
        }),
        node("result", "Tanh", ["choice"]),
      ],
      [branch],
    );
    await expect(run).rejects.toThrow(/loops or branches/);
  });
});

describe("other containers", () => {
  it("a checkpoint without its graph says what is missing", async () => {
    const { "unet/saved_model.pb": _, ...files } = savedForm();
    await expect(readExecutable(placed(files))).rejects.toMatchObject({
      code: "cannot-run",
      message: expect.stringContaining(".meta"),
    });
  });

  it("stops when it is cancelled", async () => {
    const { source, companions, format } = await chooseModel(placed(frozenForm(false)));
    const whole = { source, companions, onProgress: () => undefined };
    const network = await format.read({ ...whole, signal: new AbortController().signal });
    const signal = AbortSignal.abort();
    const build = EXECUTABLE_FORMATS[format.id].build({ ...whole, signal }, network);
    await expect(build).rejects.toMatchObject({ code: "cancelled" });
  });

  it("pictures of bytes are numbers from the first operator on", async () => {
    const bytes = node("image", "Placeholder", [], {
      dtype: attribute.type(4),
      shape: attribute.shape([null, 6, 5, 2]),
    });
    const read = await executableOf([
      bytes,
      node("floats", "Cast", ["image"], { DstT: attribute.type(TYPE.float) }),
      kernels,
      conv("conv", "floats"),
      whole("unused", [1]),
    ]);
    const picture = made(IMAGE.shape, ([, y, x, c]) => y * 40 + 7 * x + c);
    const ort = await import("onnxruntime-web/wasm");
    const session = await ort.InferenceSession.create(read.executable.model);
    const tensor = new ort.Tensor("uint8", Uint8Array.from(picture.values), picture.shape);
    const { conv: found } = await session.run({ image: tensor });
    const wanted = slowConvolution(picture, KERNELS, { padding: "SAME" });
    const values = Float32Array.from(found.data as Float32Array);
    expectClose({ shape: found.dims, values }, wanted, 1e-3);
    expect(entryAt(picture, [0, 5, 4, 1])).toBe(229);
    await session.release();
  });

  it("results are told by the signature of a SavedModel", async () => {
    const read = await readExecutable(placed(savedForm()));
    expect(Object.keys(await resultsOf(read, noise([1, 12, 10, 2])))).toEqual(["serve"]);
  });
});
