import { describe, expect, test } from "vitest";
import { inferSizes } from "../../../src/core/network/sizes.ts";
import { writeHdf5 } from "../../support/hdf5Writer.ts";
import {
  conv,
  counted,
  functional,
  image,
  layer,
  weightsGroup,
  wholeModel,
} from "../../support/kerasModels.ts";
import { readFiles } from "../../support/readModel.ts";

const text = (content: unknown) =>
  new TextEncoder().encode(typeof content === "string" ? content : JSON.stringify(content));

const CONFIG = functional(
  [
    image("image", 32),
    conv("last", "pool", { filters: 3 }),
    conv("first", "image", { strides: [2, 2] }),
    layer("MaxPooling2D", "pool", { pool_size: [2, 2] }, "first"),
  ],
  "last",
);

const WEIGHTS = weightsGroup({
  last: { "last/kernel:0": counted(3, 3, 2, 3), "last/bias:0": counted(3) },
  first: { "first/kernel:0": counted(3, 3, 1, 2), "first/bias:0": counted(2) },
});

describe("weights with what to_json() made beside them", () => {
  test("order, strides and map sizes come from it", async () => {
    const network = await readFiles({
      "run/weights.h5": await writeHdf5(WEIGHTS),
      "run/notes.json": text({ learning_rate: 0.1 }),
      "run/model.json": text({ ...CONFIG, keras_version: "2.2.2", backend: "tensorflow" }),
    });
    expect(network.warnings).toEqual([]);
    expect(network.layers.map(({ name, stride }) => [name, stride[0]])).toEqual([
      ["first", 2],
      ["last", 1],
    ]);
    const { received } = inferSizes(network.graph ?? { layout: "channelsLast", nodes: [] }, 99);
    expect(network.layers.map(({ graphNode }) => received[graphNode ?? -1]?.[0])).toEqual([32, 8]);
  });

  test.each([
    ["other names", functional([image("image", 8), conv("a", "image"), conv("b", "a")], "b")],
    [
      "the same names with other shapes",
      functional(
        [image("image", 8), conv("first", "image", { filters: 9 }), conv("last", "first")],
        "last",
      ),
    ],
    [
      "the same and many more",
      functional(
        [
          image("image", 8),
          ...["first", "x", "y", "z"].map((name) => conv(name, "image")),
          conv("last", "x", { filters: 3 }),
        ],
        "last",
      ),
    ],
  ])("a network with %s is another one", async (_, config) => {
    const network = await readFiles({
      "weights.h5": await writeHdf5(WEIGHTS),
      "model.json": text(config),
    });
    expect(network.graph).toBeNull();
    expect(network.layers).toHaveLength(2);
    expect(network.warnings).toEqual([
      expect.stringMatching(/^model\.json describes another network .*weights\.h5/),
    ]);
  });

  test("numbers that only Python's JSON knows", async () => {
    const written = JSON.stringify(CONFIG).replace('"filters":3', '"filters":3,"limit":Infinity');
    expect(written).toContain("Infinity");
    const network = await readFiles({
      "weights.h5": await writeHdf5(WEIGHTS),
      "model.json": text(written),
    });
    expect(network.graph).not.toBeNull();
  });

  test("of several the one that fits, without a word on the others", async () => {
    const other = functional([image("image", 8), conv("a", "image")], "a");
    const network = await readFiles({
      "weights.h5": await writeHdf5(WEIGHTS),
      "a.json": text(other),
      "b.json": text(CONFIG),
      "c.yaml": text("backend: tensorflow\nclass_name: Model\n"),
    });
    expect(network.graph).not.toBeNull();
    expect(network.warnings).toEqual([]);
  });

  test("YAML is named, if it is a network's", async () => {
    const network = await readFiles({
      "weights.h5": await writeHdf5(WEIGHTS),
      "mkdocs.yml": text("site_name: My network\n"),
      "model.yaml": text("backend: tensorflow\nclass_name: Model\n"),
    });
    expect(network.graph).toBeNull();
    expect(network.warnings).toEqual([expect.stringMatching(/^model\.yaml .*model\.to_json\(\)/)]);
  });

  test("a whole model has its own, and looks at no other", async () => {
    const own = functional([image("image", 8), conv("first", "image")], "first");
    const tensors = { first: { "first/kernel:0": counted(3, 3, 1, 2) } };
    const network = await readFiles({
      "whole.h5": await writeHdf5(wholeModel(own, tensors)),
      "model.json": text(CONFIG),
    });
    expect(network.layers.map(({ name, stride }) => [name, stride[0]])).toEqual([["first", 1]]);
    expect(network.warnings).toEqual([]);
  });

  test.each(["[", "[]", "{}", '{"class_name": 3, "config": {}}', '{"class_name": "Model"}'])(
    "%s is no network's",
    async (content) => {
      const network = await readFiles({
        "weights.h5": await writeHdf5(WEIGHTS),
        "model.json": text(content),
      });
      expect(network).toMatchObject({ graph: null, warnings: [] });
    },
  );
});

describe("plain and transposed kernels by the length of their bias", () => {
  test.each([
    ["conv_a", [3, 3, 4, 8], 8, "Conv2d", 4],
    ["up", [2, 2, 4, 8], 4, "ConvTranspose2d", 8],
    ["up", [2, 2, 4, 4], 4, "Conv2d", 4],
    ["mix", [3, 3, 6, 1], 6, "Conv2d", 6],
    ["conv2d_transpose_1", [3, 3, 6, 1], 6, "ConvTranspose2d", 1],
  ] as const)("%s %j with %i", async (name, shape, bias, operator, inputs) => {
    const tensors = { [`${name}/kernel:0`]: counted(...shape), [`${name}/bias:0`]: counted(bias) };
    const network = await readFiles({
      "weights.h5": await writeHdf5(weightsGroup({ [name]: tensors })),
    });
    expect(network.layers).toMatchObject([{ operator, inChannels: inputs }]);
  });
});
