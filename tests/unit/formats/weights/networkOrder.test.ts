import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { NamedTensor } from "../../../../src/core/formats/weights/namedTensor.ts";
import {
  encoderFirst,
  inNetworkOrder,
  isDefinitionOrder,
} from "../../../../src/core/formats/weights/networkOrder.ts";
import { tensor, UNETS } from "../../../support/weightTensors.ts";

const layersOf = (tensors: readonly NamedTensor[]) =>
  tensors.filter(({ shape }) => shape.length === 4).map(({ name }) => name);

const alphabetical = (tensors: readonly NamedTensor[]) =>
  tensors.toSorted((one, other) => (one.name < other.name ? -1 : 1));

describe("inNetworkOrder", () => {
  it.each(Object.entries(UNETS))("leaves a definition as it is: %s", (_, build) => {
    const tensors = build(16);
    expect(inNetworkOrder(tensors, "torch")).toBe(tensors);
  });

  it.each(Object.entries(UNETS))("restores what was sorted by name: %s", (_, build) => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 40 }), (width) => {
        const tensors = build(width);
        const sorted = alphabetical(tensors);
        expect(layersOf(inNetworkOrder(sorted, "torch"))).toEqual(layersOf(tensors));
      }),
      { numRuns: 20 },
    );
  });

  it.each(Object.entries(UNETS))("restores what was hashed: %s", (_, build) => {
    const tensors = build(16);
    fc.assert(
      fc.property(fc.shuffledSubarray([...tensors], { minLength: tensors.length }), (shuffled) => {
        fc.pre(!isDefinitionOrder(shuffled.map(({ name }) => name)));
        expect(layersOf(inNetworkOrder(shuffled, "torch"))).toEqual(layersOf(tensors));
      }),
      { numRuns: 50 },
    );
  });

  it("orders a list of arrays by its numbers", () => {
    const names = ["arr_24", "arr_3", "arr_10", "arr_0", "arr_1"];
    const tensors = names.map((name) => tensor(name, [16, 16, 3, 3]));
    const ordered = inNetworkOrder(tensors, "unknown").map(({ name }) => name);
    expect(ordered).toEqual(["arr_0", "arr_1", "arr_3", "arr_10", "arr_24"]);
  });

  it("takes the first layer of a super-resolution network for what it is", () => {
    const names = ["body.0.conv", "body.10.conv", "body.2.conv", "head.0", "tail.0"];
    const tensors = names.map((name) => tensor(`${name}.weight`, [16, 16, 3, 3]));
    expect(inNetworkOrder(tensors, "torch").map(({ name }) => name)).toEqual(
      ["head.0", "body.0.conv", "body.2.conv", "body.10.conv", "tail.0"].map(
        (name) => `${name}.weight`,
      ),
    );
  });

  it("puts the halves of a network with letters in order", () => {
    const names = ["d11", "d12", "d21", "e11", "e12", "e21", "outconv", "upconv1", "upconv2"];
    const tensors = names.map((name) => tensor(`${name}.weight`, [16, 16, 3, 3]));
    const ordered = inNetworkOrder(tensors, "torch").map(({ name }) => name.slice(0, -7));
    expect(ordered.slice(0, 3)).toEqual(["e11", "e12", "e21"]);
    expect(ordered.at(-1)).toBe("outconv");
    expect(ordered.indexOf("d11")).toBeLessThan(ordered.indexOf("d21"));
  });

  it("puts shortcuts behind the block that they go around", () => {
    const names = ["layer1.0.conv1", "layer1.0.conv2", "layer1.0.downsample.0", "layer1.1.conv1"];
    const tensors = alphabetical(names.map((name) => tensor(`${name}.weight`, [8, 8, 3, 3])));
    const resnets = ["down_blocks.0.downsamplers.0.conv", "down_blocks.0.resnets.0.conv1"].map(
      (name) => tensor(`${name}.weight`, [8, 8, 3, 3]),
    );
    expect(layersOf(inNetworkOrder(tensors, "torch"))).toEqual(
      names.map((name) => `${name}.weight`),
    );
    expect(layersOf(inNetworkOrder(resnets, "torch"))).toEqual([
      "down_blocks.0.resnets.0.conv1.weight",
      "down_blocks.0.downsamplers.0.conv.weight",
    ]);
  });

  it("stays quick with more layers than any network has", () => {
    const tensors = Array.from({ length: 20_000 }, (_, at) =>
      tensor(`a${(at * 7919) % 20_000}.weight`, [8, 8, 3, 3]),
    );
    const before = performance.now();
    expect(inNetworkOrder(tensors, "torch")[19_999].name).toBe("a19999.weight");
    expect(performance.now() - before).toBeLessThan(2000);
  });
});

describe("isDefinitionOrder", () => {
  it.each([
    ["sorted names", ["a.bias", "a.weight", "b.bias", "b.weight"], false],
    ["weights before biases", ["b.weight", "b.bias", "a.weight", "a.bias"], true],
    ["scattered modules", ["a.weight", "b.weight", "a.bias", "b.bias"], false],
    ["numbers without order", ["conv2", "conv9", "conv1"], false],
    ["numbers that fall", ["up3", "up2", "up1"], true],
  ])("%s", (_, names, isDefinition) => {
    expect(isDefinitionOrder(names)).toBe(isDefinition);
  });
});

describe("encoderFirst", () => {
  const ordered = (...names: readonly string[]) =>
    encoderFirst(names.map((name) => tensor(name, [16, 16, 3, 3]))).map(({ name }) => name);

  it("turns the halves of a definition that names the decoder first", () => {
    const [decoder, encoder] = ["conv_blocks_localization.0.conv", "conv_blocks_context.0.conv"];
    expect(ordered(`${decoder}.weight`, `${decoder}.bias`, encoder, "tu.0", "head")).toEqual([
      encoder,
      `${decoder}.weight`,
      `${decoder}.bias`,
      "tu.0",
      "head",
    ]);
  });

  it("leaves all other orders as they are", () => {
    const unet = ["stem", "encoder.0", "decoder.0", "encoder.1", "decoder.1", "bridge"];
    expect(ordered(...unet)).toEqual(unet);
    expect(ordered("up.0", "conv", "head")).toEqual(["up.0", "conv", "head"]);
  });
});
