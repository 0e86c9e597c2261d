import { describe, expect, it } from "vitest";
import { memorySource } from "../../../src/core/bytes/memorySource.ts";
import { onnxFormat } from "../../../src/core/formats/onnx.ts";
import { resolveStructure } from "../../../src/core/network/resolveStructure.ts";
import {
  attribute,
  bytesField,
  floatTensor,
  functionField,
  graph,
  int64Tensor,
  join,
  model,
  node,
  tensor,
  value,
} from "../../support/onnxWriter.ts";
import { readAs } from "../../support/readModel.ts";

const read = (bytes: Uint8Array) => readAs(onnxFormat, memorySource("model.onnx", bytes));

const NINE = [1, 2, 3, 4, 5, 6, 7, 8, 9];
const image = value("image", [1, 1, 16, 16]);
const weight = (name: string, size = 3) =>
  floatTensor(name, [1, 1, size, size], NINE.slice(0, size * size));

/** Side of the map that each layer receives. */
function sides(network: Awaited<ReturnType<typeof read>>): readonly number[] {
  const { places } = resolveStructure(network, { grid: "layer", inputSize: 64 });
  return places.map(({ grid }) => grid[0]);
}

describe("functions of the model's own", () => {
  const block = functionField({
    name: "Block",
    domain: "mine",
    inputs: ["x", "w"],
    outputs: ["y"],
    defaults: [attribute("steps", [1, 1])],
    nodes: [
      node("Conv", ["x", "w"], "inner", {
        attributes: { strides: { reference: "steps" }, pads: [1, 1, 1, 1] },
      }),
      node("Relu", ["inner"], "y"),
    ],
  });
  const call = (weights: string, from: string, to: string, attributes = {}) =>
    node("Block", [from, weights], to, { domain: "mine", name: to, attributes });

  it("are put in the place of their calls, with the caller's attributes", async () => {
    const network = await read(
      join(
        model({
          nodes: [
            call("a.weight", "image", "first", { steps: [2, 2] }),
            call("b.weight", "first", "second"),
          ],
          initializers: [weight("a.weight"), weight("b.weight")],
          inputs: [image],
        }),
        block,
      ),
    );
    expect(network.layers.map(({ name, stride }) => [name, stride])).toEqual([
      ["a", [2, 2]],
      ["b", [1, 1]],
    ]);
    expect(sides(network)).toEqual([16, 8]);
    expect(network.warnings).toEqual([]);
  });

  it("may hold weights, call each other, and hand values through", async () => {
    const outer = functionField({
      name: "Outer",
      domain: "mine",
      inputs: ["x"],
      outputs: ["y", "x"],
      nodes: [
        node("Constant", [], "kernel", { attributes: { value: weight("") } }),
        node("Block", ["x", "kernel"], "y", { domain: "mine", name: "conv7" }),
      ],
    });
    const network = await read(
      join(
        model({
          nodes: [
            node("Outer", ["image"], ["made", "same"], { domain: "mine", name: "top" }),
            node("Conv", ["same", "b.weight"], "out"),
          ],
          initializers: [weight("b.weight")],
          inputs: [image],
        }),
        block,
        outer,
      ),
    );
    expect(network.layers.map(({ name }) => name).sort()).toEqual(["b", "kernel"]);
    expect(sides(network)).toEqual([16, 16]);
  });

  it("of the same name in another domain are left alone", async () => {
    const network = await read(
      join(
        model({
          nodes: [node("Block", ["image", "a.weight"], "out", { domain: "other" })],
          initializers: [weight("a.weight")],
          inputs: [image],
        }),
        block,
      ),
    );
    expect(network.layers).toEqual([]);
  });

  it.each<[string, readonly Uint8Array[], RegExp]>([
    [
      "call themselves",
      [node("Loop7", ["x"], "y", { domain: "mine" })],
      /functions call each other too deep/,
    ],
    [
      "call themselves again and again",
      new Array(40).fill(null).map((_, at) => node("Loop7", ["x"], `y${at}`, { domain: "mine" })),
      /too deep|too many/,
    ],
  ])("that %s are refused at once", async (_, nodes, message) => {
    const start = performance.now();
    const endless = functionField({
      name: "Loop7",
      domain: "mine",
      inputs: ["x"],
      outputs: ["y"],
      nodes,
    });
    const bytes = join(
      model({ nodes: [node("Loop7", ["image"], "out", { domain: "mine" })], inputs: [image] }),
      endless,
    );
    await expect(read(bytes)).rejects.toMatchObject({
      code: "too-large",
      message: expect.stringMatching(message),
    });
    expect(performance.now() - start).toBeLessThan(5000);
  });

  it("that call the next one many times, level by level, are refused at once", async () => {
    const levels = Array.from({ length: 20 }, (_, level) =>
      functionField({
        name: `F${level}`,
        domain: "mine",
        inputs: ["x"],
        outputs: ["y"],
        nodes: Array.from({ length: 10 }, (_unused, at) =>
          node(`F${level + 1}`, ["x"], `y${at}`, { domain: "mine" }),
        ),
      }),
    );
    const start = performance.now();
    const nodes = [node("F0", ["image"], "out", { domain: "mine" })];
    await expect(read(join(model({ nodes, inputs: [image] }), ...levels))).rejects.toMatchObject({
      code: "too-large",
    });
    expect(performance.now() - start).toBeLessThan(5000);
  });
});

describe("branches and loops", () => {
  it("have their convolutions listed, and sizes follow through them", async () => {
    const branch = (name: string, size: number) =>
      graph({
        nodes: [
          node("Conv", ["image", `${name}.weight`], "y", {
            attributes: { strides: [2, 2], pads: [1, 1, 1, 1] },
          }),
        ],
        initializers: [weight(`${name}.weight`, size)],
        outputs: [value("y", [null, null, null, null])],
      });
    const network = await read(
      model({
        nodes: [
          node("If", ["flag"], "joined", {
            attributes: {
              then_branch: { graph: branch("yes", 3) },
              else_branch: { graph: branch("no", 3) },
            },
          }),
          node("Conv", ["joined", "c.weight"], "out"),
        ],
        initializers: [weight("c.weight")],
        inputs: [image],
      }),
    );
    expect(network.layers.map(({ name }) => name)).toEqual(["yes", "no", "c"]);
    expect(sides(network)).toEqual([16, 16, 8]);
  });

  it("a loop's body takes what the loop takes, and stands once", async () => {
    const body = graph({
      nodes: [
        node("Conv", ["carried", "w"], "next", { attributes: { pads: [1, 1, 1, 1] } }),
        node("Identity", ["go"], "again"),
      ],
      inputs: [value("step", []), value("go", []), value("carried", [])],
      outputs: [value("again", []), value("next", [])],
    });
    const network = await read(
      model({
        nodes: [
          node("Loop", ["count", "", "image"], "last", { attributes: { body: { graph: body } } }),
          node("Conv", ["last", "b.weight"], "out"),
        ],
        initializers: [weight("w"), weight("b.weight"), int64Tensor("count", [3])],
        inputs: [image],
      }),
    );
    expect(network.layers.map(({ name }) => name)).toEqual(["w", "b"]);
    expect(sides(network)).toEqual([16, 16]);
  });

  it("nested beyond reason are refused", async () => {
    let inner = graph({ nodes: [node("Conv", ["image", "w"], "y")] });
    for (let level = 0; level < 12; level += 1) {
      const attributes = { then_branch: { graph: inner } };
      inner = graph({ nodes: [node("If", ["flag"], "y", { attributes })] });
    }
    const bytes = join(model({ inputs: [image] }), bytesField(7, inner));
    await expect(read(bytes)).rejects.toMatchObject({
      code: "too-large",
      message: expect.stringContaining("nested too deep"),
    });
  });
});

describe("sparse weights", () => {
  const entries = tensor("w", [2], 1, bytesField(4, new Uint8Array(8)));
  const sparse = join(bytesField(1, entries), bytesField(2, int64Tensor("", [0, 4])));
  const reasonOf = async (bytes: Uint8Array) => (await read(bytes)).skipped;

  it("are listed with the reason", async () => {
    const nodes = [node("Conv", ["image", "w"], "out")];
    expect(await reasonOf(model({ nodes, sparse: [sparse], inputs: [image] }))).toEqual([
      { name: "w", reason: "sparse weights" },
    ]);
  });

  it("are listed as constants too", async () => {
    const constant = join(
      bytesField(2, "w"),
      bytesField(4, "Constant"),
      bytesField(5, join(bytesField(1, "sparse_value"), bytesField(22, sparse))),
    );
    const nodes = [constant, node("Conv", ["image", "w"], "out")];
    expect((await reasonOf(model({ nodes, inputs: [image] })))[0].reason).toBe("sparse weights");
  });
});

describe("versions", () => {
  it.each([1, 6, 8, 26, 99])("reads operator set %d", async (opset) => {
    const nodes = [node("Conv", ["image", "w"], "out")];
    const bytes = model({ nodes, initializers: [weight("w")], inputs: [image] }, opset);
    expect(await onnxFormat.matches(memorySource("x", bytes))).toBe(true);
    expect((await read(bytes)).layers).toHaveLength(1);
  });
});
