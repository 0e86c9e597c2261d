import { describe, expect, it } from "vitest";
import type { Network } from "../../../src/core/network/network.ts";
import { resolveStructure } from "../../../src/core/network/resolveStructure.ts";
import {
  convolutionObject,
  fixtures,
  frozenNetwork,
  quantizedScript,
  scriptedNetwork,
  tracedConvolution,
  tracedUNet,
} from "../../support/fixtures/torchscript.ts";
import { double, instance, list, text, truth } from "../../support/pickleWriter.ts";
import { readFiles } from "../../support/readModel.ts";
import { forwardOf, networkOf, type ScriptParts, scriptFile } from "../../support/scriptWriter.ts";
import { countingValues, TorchWriter } from "../../support/torchWriter.ts";

const SIDE = 64;

function read(bytes: Uint8Array): Promise<Network> {
  return readFiles({ "model.pt": bytes });
}

/** Each layer with what its code tells of it. */
function placesOf(network: Network) {
  const { places } = resolveStructure(network, { grid: "layer", inputSize: SIDE });
  return network.layers.map(({ name, operator, stride, dilation, groups }, index) => [
    name,
    operator,
    stride[0],
    dilation[0],
    groups,
    places[index].role,
    places[index].gridSource === "graph" ? places[index].grid.join("x") : "unknown",
  ]);
}

describe("the code of TorchScript files", () => {
  it.each(fixtures.map((fixture) => [fixture.what, fixture] as const))("%s", async (_, fixture) => {
    const network = await readFiles(await fixture.files());
    expect(network.graph).not.toBeNull();
    expect(network.questions).toEqual([]);
    expect(network.warnings).toEqual([]);
    expect(resolveStructure(network, { grid: "layer", inputSize: SIDE }).inputSizeIsOpen).toBe(
      true,
    );
  });

  it("orders the layers of a traced network as they are applied, with their settings", async () => {
    const network = await read(tracedUNet());
    expect(placesOf(network)).toEqual([
      ["first", "Conv2d", 1, 1, 1, "encoder", "64x64"],
      ["down", "Conv2d", 2, 1, 4, "encoder", "64x64"],
      ["up", "ConvTranspose2d", 2, 1, 1, "decoder", "32x32"],
      ["last", "Conv2d", 1, 2, 1, "decoder", "64x64"],
    ]);
    const { skips } = resolveStructure(network, { grid: "layer", inputSize: SIDE });
    expect(skips).toEqual([{ from: 0, to: 3 }]);
    expect([...network.layers[0].kernels]).toEqual(countingValues([4, 1, 3, 3]));
    expect(network.layers[1]).toMatchObject({ inChannels: 4, outChannels: 4 });
    // K[0, 1] of a transposed convolution stands at [1, 0].
    expect([...network.layers[2].kernels.subarray(4, 8)]).toEqual([216, 217, 218, 219]);
  });

  it("follows branches, loops and functions of a scripted network", async () => {
    expect(placesOf(await read(scriptedNetwork()))).toEqual([
      ["weight", "Conv2d", 2, 1, 1, "encoder", "64x64"],
      ["other", "Conv2d", 1, 1, 1, "decoder", "128x128"],
    ]);
  });

  it("finds the weights and numbers of a frozen network among its constants", async () => {
    expect(placesOf(await read(frozenNetwork()))).toEqual([
      ["0", "Conv2d", 2, 1, 1, "encoder", "64x64"],
      ["4", "ConvTranspose2d", 2, 1, 2, "decoder", "48x48"],
    ]);
  });

  it("lets quantized layers set themselves up", async () => {
    expect(placesOf(await read(quantizedScript()))).toEqual([
      ["first", "Conv2d", 2, 2, 2, "encoder", "64x64"],
    ]);
  });
});

describe("weights and the code that uses them", () => {
  const single = (lines: readonly string[], more: Partial<ScriptParts> = {}) =>
    read(
      scriptFile({
        code: forwardOf(...lines),
        network: (writer) => networkOf({ "conv.weight": writer.counting([4, 1, 3, 3]) }),
        ...more,
      }),
    );

  it("lists a layer that is applied twice once, and says so", async () => {
    const network = await read(
      scriptFile({
        code: {
          ...tracedConvolution("Conv2d", 1),
          ...forwardOf(
            "conv = self.conv",
            "return (conv).forward(torch.avg_pool2d((conv).forward(x, ), [2, 2]), )",
          ),
        },
        network: (writer) =>
          networkOf({ conv: convolutionObject(writer, "Conv2d", 1, [4, 4, 3, 3]) }),
      }),
    );
    expect(placesOf(network)).toEqual([["conv", "Conv2d", 1, 1, 1, "encoder", "64x64"]]);
    expect(network.warnings).toEqual([
      "Some layers are applied more than once (1 further uses); their kernels are counted once.",
    ]);
  });

  it("keeps weights that the code does not use, after all others", async () => {
    const network = await single(["return torch.conv2d(x, self.used)"], {
      network: (writer) =>
        networkOf({ spare: writer.counting([2, 2, 3, 3]), used: writer.counting([4, 1, 3, 3]) }),
    });
    expect(placesOf(network)).toEqual([
      ["used", "Conv2d", 1, 1, 1, "encoder", "64x64"],
      ["spare", "Conv2d", 1, 1, 1, "encoder", "unknown"],
    ]);
    expect(network.questions.map(({ layer }) => layer)).toEqual(["spare"]);
  });

  it("takes any tensor that the code convolves with, whatever its name", async () => {
    const network = await single(["return torch.conv2d(x, self.scale)"], {
      network: (writer) => networkOf({ scale: writer.counting([4, 1, 3, 3]) }),
    });
    expect(network.layers.map(({ name }) => name)).toEqual(["scale"]);
  });

  it("lists fixed kernels among the constants beside trained ones", async () => {
    const network = await single(
      ["y = torch.conv2d(x, CONSTANTS.c1, None, [2, 2], [1, 1])", "return torch.conv2d(y, self.w)"],
      {
        network: (writer) => networkOf({ w: writer.counting([4, 1, 3, 3]) }),
        constants: (writer) => [text("nearest"), writer.counting([1, 1, 3, 3], 50)],
      },
    );
    expect(network.layers.map(({ name, kernels }) => [name, kernels[0]])).toEqual([
      ["constant.0", 50],
      ["w", 1],
    ]);
  });

  it("follows weights that are normed when the network runs", async () => {
    const network = await single(
      [
        "conv = self.conv",
        "weight_g = conv.weight_g",
        "weight_v = conv.weight_v",
        "weight = torch._weight_norm(weight_v, weight_g)",
        "return torch._convolution(x, weight, None, [2, 2], [1, 1], [1, 1], False, [0, 0], 1)",
      ],
      {
        network: (writer) =>
          networkOf({
            conv: instance("__torch__.torch.nn.modules.conv", "Conv2d", {
              weight_g: writer.tensor([1, 1, 1, 1], [2]),
              weight_v: writer.tensor([1, 1, 3, 3], [3, 0, 0, 0, 4, 0, 0, 0, 0]),
            }),
          }),
      },
    );
    expect(placesOf(network)).toEqual([["conv", "Conv2d", 2, 1, 1, "encoder", "64x64"]]);
    expect(network.layers[0].kernels[4]).toBeCloseTo(1.6);
  });

  it("lists convolutions of one and three axes as before", async () => {
    const network = await single(
      ["y = torch.conv1d(x, self.line)", "return torch.conv2d(x, self.used)"],
      {
        network: (writer) =>
          networkOf({
            "line.bias": writer.counting([4]),
            line: instance("__torch__", "Line", { weight: writer.counting([4, 1, 3]) }),
            used: writer.counting([4, 1, 3, 3]),
          }),
      },
    );
    expect(network.skipped).toEqual([{ name: "line", reason: "1-D convolution" }]);
    expect(network.layers.map(({ name }) => name)).toEqual(["used"]);
  });

  it("takes lists and numbers that the file stores", async () => {
    const network = await single(
      [
        "y = torch.pad(x, self.pads)",
        "z = torch.upsample_nearest2d(y, None, [self.factor, self.factor])",
        "return torch.conv2d(z, self.w)",
      ],
      {
        network: (writer) =>
          networkOf({
            pads: list(...[1, 2, 3, 5].map((side) => double(side))),
            factor: double(2),
            hidden: truth(true),
            w: writer.counting([4, 1, 3, 3]),
          }),
      },
    );
    expect(placesOf(network)[0].at(-1)).toBe("144x134");
  });
});

it("says that code which it cannot follow was left aside", async () => {
  const writer = new TorchWriter();
  const network = networkOf({ conv: convolutionObject(writer, "Conv2d", 1, [4, 1, 3, 3]) });
  const bytes = writer.zip(network, {
    others: { "constants.pkl": Uint8Array.of(0x80, 2, 0x29, 0x2e) },
  });
  const { graph, layers, warnings } = await read(bytes);
  expect(graph).toBeNull();
  expect(layers.map(({ name }) => name)).toEqual(["conv"]);
  expect(warnings).toEqual([expect.stringMatching(/^The code of this TorchScript file could not/)]);
});
