import { readFileSync } from "node:fs";
import fc from "fast-check";
import * as ort from "onnxruntime-web/wasm";
import { describe, expect, it } from "vitest";
import { memorySource } from "../../../src/core/bytes/memorySource.ts";
import { ConvAtlasError } from "../../../src/core/errors.ts";
import { editModel } from "../../../src/core/execution/editModel.ts";
import type { ReplaceableWeights } from "../../../src/core/execution/executable.ts";
import type { OnnxGraph } from "../../../src/core/formats/onnx/model.ts";
import { parseModel } from "../../../src/core/formats/onnx/parseModel.ts";
import { ChunkedFile } from "../../../src/core/formats/protobuf/wire.ts";
import { startSession } from "../../support/executables.ts";
import {
  bytesField,
  floatTensor,
  graph,
  intField,
  join,
  model,
  node,
  tensor,
  value,
} from "../../support/onnxWriter.ts";

const SAMPLES = [
  "public/samples/brain-unet.onnx",
  "tests/fixtures/brain-resunet.onnx",
  "tests/fixtures/samples/brain-unet-f16.onnx",
  "tests/fixtures/samples/brain-unet-external.onnx",
];

const sample = () => new Uint8Array(readFileSync(SAMPLES[0]));

async function graphOf(bytes: Uint8Array): Promise<OnnxGraph> {
  const file = new ChunkedFile(memorySource("edited.onnx", bytes));
  const parsed = await parseModel(file, new AbortController().signal);
  if (parsed.graph === null) throw new Error("no graph");
  return parsed.graph;
}

const names = (values: OnnxGraph["inputs"]) => values.map(({ name }) => name);

const image = value("image", [1, 1, 8, 8]);
const kernel = (name: string) => floatTensor(name, [1, 1, 3, 3], [0, 0, 0, 0, 1, 0, 0, 0, 0]);
const convolution = (weights: string, output: string, input = "image") =>
  node("Conv", [input, weights], output, { attributes: { pads: [1, 1, 1, 1] } });

function weightsOf(value: string, nodes: readonly string[]): ReplaceableWeights {
  const layout = "out,in/g,h,w";
  return { value, nodes, layout, dimensions: [1, 1, 3, 3], elements: "float32" };
}

const twoLayers = {
  inputs: [image],
  initializers: [kernel("a"), kernel("b")],
  nodes: [
    convolution("a", "first"),
    convolution("b", "second", "first"),
    node("Relu", ["second"], "end"),
  ],
  outputs: [value("first", [1, 1, 8, 8]), value("end", [1, 1, 8, 8])],
};

describe("an edit of nothing", () => {
  it.each(SAMPLES)("leaves %s as it is, byte for byte", (path) => {
    const bytes = new Uint8Array(readFileSync(path));
    expect(Buffer.compare(editModel(bytes, {}).model, bytes)).toBe(0);
  });
});

describe("exposed values", () => {
  it("become outputs behind those that are there, each once", async () => {
    const expose = ["second", "first", "second", "image", "a"];
    const edited = await graphOf(editModel(model(twoLayers), { expose }).model);
    expect(edited.outputs).toEqual(["first", "end", "second", "image", "a"]);
  });

  it("come out of ONNX Runtime, without a stated type", async () => {
    const session = await startSession(editModel(model(twoLayers), { expose: ["second"] }).model);
    const pixels = Float32Array.from({ length: 64 }, (_, at) => at - 32);
    const feeds = { image: new ort.Tensor("float32", pixels, [1, 1, 8, 8]) };
    const { second } = await session.run(feeds);
    expect([...(second.data as Float32Array)]).toEqual([...pixels]);
  });

  it("that do not exist are refused", () => {
    expect(() => editModel(model(twoLayers), { expose: ["third"] })).toThrow(/no value third/);
  });

  it("are computed alone where no other output is kept", async () => {
    const bytes = model(twoLayers);
    const first = await graphOf(editModel(bytes, { expose: ["first"], keep: [] }).model);
    expect(first.outputs).toEqual(["first"]);
    expect(first.nodes.map(({ outputs }) => outputs)).toEqual([["first"]]);
    expect([...first.initializers.keys()]).toEqual(["a"]);
    const last = await graphOf(editModel(bytes, { keep: ["end"] }).model);
    expect(last.outputs).toEqual(["end"]);
    expect(last.nodes).toHaveLength(3);
  });

  it("do not need a node for an input that is left out", async () => {
    const bytes = model({
      ...twoLayers,
      nodes: [
        convolution("a", "first"),
        node("Clip", ["first", "", "most"], "clipped"),
        convolution("b", "second", "clipped"),
        node("Dropout", ["second"], ["end", ""]),
      ],
    });
    const edited = await graphOf(editModel(bytes, { expose: ["clipped"], keep: [] }).model);
    expect(edited.nodes.map(({ operator }) => operator)).toEqual(["Conv", "Clip"]);
    expect(() => editModel(bytes, { expose: [""] })).toThrow(/no value/);
  });

  it("are told apart from those of branches, whose needs are met", async () => {
    const branch = (output: string) => ({ graph: graph({ outputs: [value(output, [])] }) });
    const bytes = model({
      ...twoLayers,
      nodes: [
        ...twoLayers.nodes,
        node("If", ["which"], "chosen", {
          attributes: { then_branch: branch("second"), else_branch: branch("b") },
        }),
      ],
      outputs: [value("chosen", [1, 1, 8, 8])],
    });
    const weights = weightsOf("b", ["second"]);
    const edited = await graphOf(editModel(bytes, { replace: [weights] }).model);
    expect(edited.nodes.map(({ outputs }) => outputs[0])).toEqual([
      "first",
      "second",
      "end",
      "chosen",
    ]);
    expect([...edited.initializers.keys()]).toEqual(["a", "b"]);
  });
});

describe("replaced weights", () => {
  it("come from an input and leave the stored tensor out", async () => {
    const { model: bytes, weightInputs } = editModel(model(twoLayers), {
      replace: [weightsOf("b", ["second"])],
    });
    const edited = await graphOf(bytes);
    expect(edited.inputs).toEqual([
      { name: weightInputs[0], dimensions: [1, 1, 3, 3] },
      { name: "image", dimensions: [1, 1, 8, 8] },
    ]);
    expect(edited.nodes[1].inputs).toEqual(["first", weightInputs[0]]);
    expect([...edited.initializers.keys()]).toEqual(["a"]);
  });

  it("keep the stored tensor for others that take it", async () => {
    const shared = {
      ...twoLayers,
      nodes: [convolution("a", "first"), convolution("a", "end", "first")],
    };
    const one = await graphOf(
      editModel(model(shared), { replace: [weightsOf("a", ["end"])] }).model,
    );
    expect(one.nodes.map(({ inputs }) => inputs[1])).toEqual(["a", "a replaced"]);
    expect(one.initializers.has("a")).toBe(true);
    const both = weightsOf("a", ["first", "end"]);
    const all = await graphOf(editModel(model(shared), { replace: [both] }).model);
    expect(all.nodes.map(({ inputs }) => inputs[1])).toEqual(["a replaced", "a replaced"]);
    expect(all.initializers.has("a")).toBe(false);
  });

  it("are no longer asked for where an old file lists them among its inputs", async () => {
    const listed = {
      ...twoLayers,
      inputs: [image, value("a", [1, 1, 3, 3]), value("b", [1, 1, 3, 3])],
    };
    const edited = await graphOf(
      editModel(model(listed), { replace: [weightsOf("b", ["second"])] }).model,
    );
    expect(names(edited.inputs)).toEqual(["b replaced", "image", "a"]);
  });

  it("are not unpacked any more", async () => {
    const bytes = model({
      ...twoLayers,
      initializers: [
        kernel("a"),
        tensor("b8", [1, 1, 3, 3], 3, bytesField(9, new Uint8Array(9))),
        floatTensor("scale", [], [1]),
      ],
      nodes: [node("DequantizeLinear", ["b8", "scale"], "b"), ...twoLayers.nodes],
    });
    const edited = await graphOf(editModel(bytes, { replace: [weightsOf("b", ["second"])] }).model);
    expect(edited.nodes.map(({ operator }) => operator)).toEqual(["Conv", "Conv", "Relu"]);
    expect([...edited.initializers.keys()]).toEqual(["a"]);
  });

  it("take names that nothing has", async () => {
    const taken = { ...twoLayers, initializers: [...twoLayers.initializers, kernel("b replaced")] };
    const { weightInputs } = editModel(model(taken), {
      replace: [weightsOf("b", ["second"]), weightsOf("a", ["first"])],
    });
    expect(weightInputs).toEqual(["b replaced 2", "a replaced"]);
  });

  it.each(["float16", "float64"] as const)("of %s are cast from float32", async (elements) => {
    const { model: bytes, weightInputs } = editModel(model(twoLayers), {
      replace: [{ ...weightsOf("a", ["first"]), elements }],
    });
    const [cast, first] = (await graphOf(bytes)).nodes;
    expect(cast).toMatchObject({ operator: "Cast", inputs: weightInputs });
    expect(cast.attributes.get("to")?.int).toBe(elements === "float16" ? 10 : 11);
    expect(first.inputs[1]).toBe(cast.outputs[0]);
  });

  it("are refused where no node takes them", () => {
    const wrong = (weights: ReplaceableWeights) => () =>
      editModel(model(twoLayers), { replace: [weights] });
    expect(wrong(weightsOf("a", ["second"]))).toThrow(/no node of it makes second with a/);
    expect(wrong(weightsOf("a", ["third"]))).toThrow(ConvAtlasError);
  });

  it("leave fields that nobody knows where they are", () => {
    const unknown = (text: string) => bytesField(900, text);
    const odd = join(convolution("b", "second", "first"), unknown("in a node"));
    const bytes = join(
      intField(1, 7),
      unknown("before"),
      bytesField(
        7,
        join(
          graph({ ...twoLayers, nodes: [convolution("a", "first"), odd] }),
          unknown("in the graph"),
        ),
      ),
      unknown("behind"),
    );
    const edited = editModel(bytes, { replace: [weightsOf("b", ["second"])] }).model;
    const text = new TextDecoder("latin1").decode(edited);
    for (const part of ["before", "in a node", "in the graph", "behind"])
      expect(text).toContain(part);
  });
});

it("fails on damaged bytes in plain words only", () => {
  const bytes = sample();
  const change = fc.tuple(fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 255 }));
  const early = fc.tuple(fc.nat({ max: 2000 }), fc.nat({ max: 255 }));
  const edit = {
    expose: ["/encoder.0/conv1/Conv_output_0"],
    replace: [weightsOf("encoder.0.conv1.weight", ["/encoder.0/conv1/Conv_output_0"])],
  };
  expect(editModel(bytes, edit).weightInputs).toHaveLength(1);
  let failures = 0;
  fc.assert(
    fc.property(
      fc.array(fc.oneof(change, early), { minLength: 1 }),
      fc.nat({ max: bytes.length }),
      (changes, length) => {
        const damaged = bytes.slice(0, length % 2 === 0 ? bytes.length : length);
        for (const [at, byte] of changes) if (at < damaged.length) damaged[at] = byte;
        try {
          editModel(damaged, edit);
        } catch (error) {
          failures += 1;
          expect(error).toBeInstanceOf(ConvAtlasError);
          expect((error as ConvAtlasError).code).toBe("malformed");
        }
      },
    ),
  );
  expect(failures).toBeGreaterThan(10);
});
