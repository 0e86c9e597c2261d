import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ConvAtlasError } from "../../../src/core/errors.ts";
import { type Architecture, translateConfig } from "../../../src/core/formats/keras/configGraph.ts";
import { parseConfigText } from "../../../src/core/formats/keras/configValues.ts";
import { inferSizes } from "../../../src/core/network/sizes.ts";
import { conv, functional, image, layer } from "../../support/kerasModels.ts";
import { sizeAfter, translated } from "../../support/kerasReading.ts";

const namesOf = (architecture: Architecture) =>
  architecture.convolutions.map(({ path }) => path.join("/"));

describe("execution order", () => {
  test("each layer comes after what it needs, else in the file's order", () => {
    const layers = [
      conv("late", "middle"),
      conv("other", "image"),
      conv("middle", "image"),
      image("image", 8),
    ];
    const architecture = translated(functional(layers, "late"));
    expect(namesOf(architecture)).toEqual(["middle", "late", "other"]);
    for (const [index, node] of architecture.graph.nodes.entries()) {
      for (const input of node.inputs) expect(input ?? -1).toBeLessThan(index);
    }
  });

  test("a layer applied twice is one convolution and two nodes", () => {
    const shared = {
      ...conv("shared", "image"),
      inbound_nodes: [[["image", 0, 0, {}]], [["pool", 0, 0, {}]]],
    };
    const pool = layer("MaxPooling2D", "pool", { pool_size: [2, 2] }, ["shared", 0]);
    const last = conv("last", "shared");
    const { graph, convolutions } = translated(
      functional(
        [image("image", 16), shared, pool, { ...last, inbound_nodes: [[["shared", 1, 0, {}]]] }],
        "last",
      ),
    );
    expect(convolutions.map(({ path }) => path)).toEqual([["shared"], ["last"]]);
    const { received } = inferSizes(graph, 16);
    expect(convolutions.map(({ graphNode }) => received[graphNode])).toEqual([
      [16, 16],
      [8, 8],
    ]);
    expect(graph.nodes.filter(({ name }) => name === "shared")).toHaveLength(2);
  });

  test("a circle of layers is cut, not followed", () => {
    const config = functional([image("image", 8), conv("a", "b"), conv("b", "a")], "b");
    expect(namesOf(translated(config))).toEqual(["b", "a"]);
  });
});

describe("forms of a configuration", () => {
  const chain = [
    layer("Conv2D", "c1", {
      kernel_size: [3, 3],
      padding: "valid",
      batch_input_shape: [null, 10, 10, 1],
    }),
    layer("MaxPooling2D", "p", { pool_size: [2, 2] }),
    layer("Conv2D", "c2", { kernel_size: [3, 3], padding: "valid" }),
  ].map(({ inbound_nodes: _, ...rest }) => rest);

  test.each([
    ["a list of layers (Keras 2.0)", { class_name: "Sequential", config: chain }],
    ["an object", { class_name: "Sequential", config: { name: "s", layers: chain } }],
    [
      "an input layer of its own",
      {
        class_name: "Sequential",
        config: {
          layers: [
            { class_name: "InputLayer", config: { name: "i", batch_shape: [null, 10, 10, 1] } },
            ...chain,
          ],
        },
      },
    ],
  ])("Sequential as %s", (_, config) => {
    expect(sizeAfter(config, "c2")).toEqual([2, 2]);
    expect(namesOf(translated(config))).toEqual(["c1", "c2"]);
  });

  test("Sequential that knows its input only from building", () => {
    const layers = [
      { class_name: "Conv2D", config: { name: "c", kernel_size: [3, 3], padding: "same" } },
    ];
    const config = {
      class_name: "Sequential",
      config: { layers, build_input_shape: [null, 12, 14, 3] },
    };
    expect(sizeAfter(config, "c")).toEqual([12, 14]);
  });

  test("Keras 3: tensors as objects among the arguments", () => {
    const tensor = (name: string) => ({
      class_name: "__keras_tensor__",
      config: { shape: [null, 8, 8, 1], dtype: "float32", keras_history: [name, 0, 0] },
    });
    const config = {
      class_name: "Functional",
      config: {
        layers: [
          {
            class_name: "InputLayer",
            name: "image",
            config: { batch_shape: [null, 8, 8, 1] },
            inbound_nodes: [],
          },
          { ...conv("a", ""), inbound_nodes: [{ args: [tensor("image")], kwargs: {} }] },
          { ...conv("b", ""), inbound_nodes: [{ args: [tensor("image")], kwargs: {} }] },
          {
            ...layer("Concatenate", "join", { axis: -1 }),
            inbound_nodes: [{ args: [[tensor("a"), tensor("b")]], kwargs: { training: false } }],
          },
          {
            ...layer("Add", "sum"),
            inbound_nodes: [{ args: [], kwargs: { x: tensor("join"), y: tensor("b") } }],
          },
        ],
        input_layers: ["image", 0, 0],
        output_layers: ["sum", 0, 0],
      },
    };
    const { graph } = translated(config);
    expect(graph.nodes.map(({ name, inputs }) => [name, ...inputs])).toEqual([
      ["image"],
      ["a", 0],
      ["b", 0],
      ["join", 1, 2],
      ["sum", 3, 2],
    ]);
    expect(inferSizes(graph, 99).outputs[4]).toEqual([8, 8]);
  });

  test("TensorFlow functions: tensors among the keywords, the axis in the call", () => {
    const call = [["a", 0, 0, { y: ["b", 0, 0], name: null }]];
    const joined = [
      ["a", 0, 0, { axis: 1 }],
      ["b", 0, 0, {}],
    ];
    const layers = [
      image("image", 8),
      conv("a", "image"),
      conv("b", "image"),
      { ...layer("TFOpLambda", "plus", { function: "__operators__.add" }), inbound_nodes: call },
      { ...layer("TFOpLambda", "concat", { function: "concat" }), inbound_nodes: [joined] },
    ];
    const { graph } = translated(functional(layers, "concat"));
    expect(graph.nodes.slice(3).map(({ inputs }) => inputs)).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(inferSizes(graph, 8).outputs[4]).toEqual([16, 8]);
  });

  test("wrappers show the layer within", () => {
    const inner = {
      class_name: "Conv2D",
      config: { name: "inner", kernel_size: [3, 3], strides: [2, 2] },
    };
    const wrap = (className: string) =>
      translated(
        functional([image("image", 8), layer(className, "w", { layer: inner }, "image")], "w"),
      );
    expect(wrap("PruneLowMagnitude").convolutions[0]).toMatchObject({
      path: ["w"],
      stride: [2, 2],
    });
    expect(wrap("PruneLowMagnitude").graph.nodes[1].operation.kind).toBe("convolution");
    expect(wrap("TimeDistributed").graph.nodes[1].operation.kind).toBe("opaque");
    expect(wrap("TimeDistributed").convolutions).toHaveLength(1);
  });

  test("the multi-GPU form: a nested model called twice on slices of the batch", () => {
    const nested = {
      ...functional(
        [image("image", 16), conv("c", "image"), layer("MaxPooling2D", "p", {}, "c")],
        "p",
      ),
      class_name: "Model",
      name: "net",
      inbound_nodes: [[["half_1", 0, 0, {}]], [["half_2", 0, 0, {}]]],
    };
    const half = (name: string, i: number) =>
      layer("Lambda", name, { arguments: { i, parts: 2 }, output_shape: [16, 16, 1] }, "image");
    // Keras counts the call that made the nested model as its first.
    const join = layer("Concatenate", "join", { axis: 0 }, ["net", 1], ["net", 2]);
    const config = functional(
      [image("image", 16), half("half_1", 0), half("half_2", 1), nested, join],
      "join",
    );
    const { graph, convolutions } = translated(config);
    expect(convolutions.map(({ path }) => path)).toEqual([["net", "c"]]);
    expect(graph.nodes.filter(({ name }) => name === "net/c")).toHaveLength(2);
    const last = graph.nodes.length - 1;
    expect(graph.nodes[last].inputs.map((input) => graph.nodes[input ?? -1].name)).toEqual([
      "net/p",
      "net/p",
    ]);
    expect(new Set(graph.nodes[last].inputs).size).toBe(2);
    expect(inferSizes(graph, 16).outputs[last]).toEqual([8, 8]);
  });
});

describe("configurations that cannot be used", () => {
  test.each([
    [null],
    [3],
    [{}],
    [{ class_name: "Model" }],
    [{ class_name: "Mine", config: { units: 3 } }],
  ])("%j is no model", (config) => {
    expect(translateConfig(config)).toBeNull();
  });

  test("models nested without end", () => {
    let config: Record<string, unknown> = { class_name: "Sequential", config: { layers: [] } };
    for (let depth = 0; depth < 50; depth += 1) {
      config = { class_name: "Sequential", config: { name: `m${depth}`, layers: [config] } };
    }
    expect(() => translateConfig(config)).toThrow(/nests more than 16/);
  });

  test("nested models that double at each level", () => {
    let inner: Record<string, unknown> = functional([image("image", 8), conv("c", "image")], "c");
    for (let depth = 0; depth < 15; depth += 1) {
      const twice = (from: string) => [[from, 0, 0, {}]];
      const nested = { ...inner, name: "n", inbound_nodes: new Array(4).fill(twice("image")) };
      inner = functional([image("image", 8), nested], "n");
    }
    expect(() => translateConfig(inner)).toThrow(ConvAtlasError);
  });

  test("nested models that make nothing, called without end", () => {
    let inner: Record<string, unknown> = functional([image("image", 8)], "image");
    for (let depth = 0; depth < 15; depth += 1) {
      const calls = new Array(100).fill([["image", 0, 0, {}]]);
      inner = functional([image("image", 8), { ...inner, name: "n", inbound_nodes: calls }], "n");
    }
    expect(() => translateConfig(inner)).toThrow(/nested models counted/);
  });

  test("a chain of ten thousand layers in reverse needs no deep stack", () => {
    const layers = Array.from({ length: 10_000 }, (_, index) =>
      layer("ReLU", `r${index}`, {}, index === 9_999 ? "image" : `r${index + 1}`),
    );
    const { graph } = translated(functional([...layers, image("image", 8)], "r0"));
    expect(graph.nodes).toHaveLength(10_001);
    expect(inferSizes(graph, 8).outputs[10_000]).toEqual([8, 8]);
  });

  test("whatever JSON says, the outcome is a graph in order, null or a plain error", () => {
    const words = fc.constantFrom(
      "image",
      "c",
      "Conv2D",
      "Lambda",
      "Sequential",
      "layers",
      "config",
    );
    const keys = fc.constantFrom(
      "class_name",
      "config",
      "layers",
      "name",
      "inbound_nodes",
      "kernel_size",
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        words,
        fc.integer(),
        fc.constant(null),
        fc.array(tie("value")),
        tie("object"),
      ),
      object: fc.dictionary(keys, tie("value")),
    }));
    const layers = fc.array(fc.oneof(fc.constant(conv("c", "image")), value), { maxLength: 4 });
    fc.assert(
      fc.property(layers, (parts) => {
        const architecture = translateConfig({ class_name: "Model", config: { layers: parts } });
        for (const [index, node] of (architecture?.graph.nodes ?? []).entries()) {
          expect(node.inputs.every((input) => input === null || input < index)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("parseConfigText", () => {
  test("reads what Python writes for numbers that JSON does not know", () => {
    const text = '{"a": NaN, "b": [-Infinity, Infinity], "c": "NaN, \\"Infinity\\""}';
    expect(parseConfigText(text)).toEqual({ a: null, b: [null, null], c: 'NaN, "Infinity"' });
  });

  test("anything else is an error", () => {
    expect(() => parseConfigText("{'a': 1}")).toThrow(SyntaxError);
    expect(() => parseConfigText('{"a": NaN')).toThrow(SyntaxError);
  });
});
