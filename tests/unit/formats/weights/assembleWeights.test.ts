import { describe, expect, it } from "vitest";
import { memorySource } from "../../../../src/core/bytes/memorySource.ts";
import { NO_COMPANIONS } from "../../../../src/core/files/fileSet.ts";
import { assembleWeights } from "../../../../src/core/formats/weights/assembleWeights.ts";
import type {
  LayoutConvention,
  NamedTensor,
} from "../../../../src/core/formats/weights/namedTensor.ts";
import {
  convolution,
  tensor,
  transposedConvolution,
  UNETS,
} from "../../../support/weightTensors.ts";

const context = {
  source: memorySource("weights", new Uint8Array(0)),
  companions: NO_COMPANIONS,
  onProgress: () => undefined,
  signal: new AbortController().signal,
};

function assemble(tensors: readonly NamedTensor[], convention: LayoutConvention = "torch") {
  return assembleWeights(tensors, convention, context);
}

async function described(tensors: readonly NamedTensor[], convention: LayoutConvention = "torch") {
  const { layers } = await assemble(tensors, convention);
  return layers.map(({ name, operator, inChannels, outChannels, groups }) => {
    const grouped = groups === 1 ? "" : ` in ${groups}`;
    return `${name} ${operator} ${inChannels}>${outChannels}${grouped}`;
  });
}

async function doubts(tensors: readonly NamedTensor[]) {
  const { questions } = await assemble(tensors);
  return questions.filter(({ doubt }) => doubt !== null).map(({ layer }) => layer);
}

const unetWithoutBiases = (up: string): readonly NamedTensor[] => [
  tensor("conv1.weight", [16, 1, 3, 3]),
  tensor("conv2.weight", [32, 16, 3, 3]),
  tensor("conv3.weight", [64, 32, 3, 3]),
  tensor(`${up}.weight`, [64, 32, 2, 2]),
  tensor("last.weight", [32, 64, 3, 3]),
];

describe("names of layers", () => {
  it.each([
    ["encoder.0.conv1.weight", "encoder.0.conv1"],
    ["conv2d_1/kernel:0", "conv2d_1"],
    ["conv2d_1/kernel", "conv2d_1"],
    ["conv1_1_W", "conv1_1"],
    ["conv2d_0.w_0", "conv2d_0"],
    ["arr_0", "arr_0"],
    ["module.conv.weight", "conv"],
    ["params/Conv_0/kernel", "Conv_0"],
    ["module._orig_mod.features.0.weight", "features.0"],
    ["net._orig_mod.conv.weight", "net.conv"],
    ["weight", "weight"],
  ])("%s is %s", async (name, layer) => {
    const { layers } = await assemble([tensor(name, [3, 3, 3, 3])]);
    expect(layers.map((one) => one.name)).toEqual([layer]);
  });

  it("keep a prefix that not all tensors share", async () => {
    const tensors = [...convolution("module.a", 1, 8), ...convolution("other.b", 8, 8)];
    const { layers } = await assemble(tensors);
    expect(layers.map(({ name }) => name)).toEqual(["module.a", "other.b"]);
  });
});

describe("what is no 2-D convolution", () => {
  it("lists 1x1, 1-D and 3-D convolutions with the reason", async () => {
    const { skipped, layers } = await assemble([
      ...convolution("head", 16, 2, 1),
      tensor("line.weight", [16, 8, 5]),
      tensor("line.bias", [16]),
      tensor("volume.weight", [16, 8, 3, 3, 3]),
      tensor("quantized.weight", [16, 8, 3, 3], { isFloat: false }),
    ]);
    expect(layers).toEqual([]);
    expect(skipped).toEqual([
      { name: "head", reason: "1x1 kernel" },
      { name: "line", reason: "1-D convolution" },
      { name: "volume", reason: "3-D convolution" },
      { name: "quantized", reason: "quantized weights of a kind not read yet" },
    ]);
  });

  it.each([
    ["a position table", tensor("pos_embed", [1, 14, 14, 64])],
    ["relative coordinates", tensor("blocks.0.attn.relative_coords_table", [1, 15, 15, 2])],
    ["a scale of channels", tensor("grn.gamma", [1, 1, 1, 64])],
    ["a scale without a telling name", tensor("factor", [1, 64, 1, 1])],
    ["a class token", tensor("cls_token", [1, 1, 64])],
    ["attention of many heads", tensor("attention.query.kernel", [64, 8, 8])],
    ["an embedding", tensor("embed.weight", [100, 64])],
    ["integers", tensor("index", [3, 3, 3, 3], { isFloat: false })],
  ])("does not list %s", async (_, other) => {
    const { layers, skipped } = await assemble([other, ...convolution("conv", 1, 4)]);
    expect(layers).toHaveLength(1);
    expect(skipped).toEqual([]);
  });

  it("counts trained weights, without statistics and optimizer state", async () => {
    const { parameters } = await assemble([
      ...convolution("conv", 1, 4),
      tensor("bn.running_mean", [4]),
      tensor("bn.running_var", [4]),
      tensor("bn.num_batches_tracked", []),
      tensor("bn.weight", [4]),
      tensor("optimizer.state.0.exp_avg", [4, 1, 3, 3]),
    ]);
    expect(parameters).toBe(4 * 9 + 4 + 4);
  });
});

describe("transposed convolutions", () => {
  it.each(["torch", "unknown"] as const)("are told by their biases: %s", async (convention) => {
    const tensors = [
      ...convolution("conv1", 1, 16),
      ...convolution("conv2", 16, 32),
      ...transposedConvolution("step", 32, 16),
      ...convolution("conv3", 32, 16),
    ];
    expect((await described(tensors, convention))[2]).toBe("step ConvTranspose2d 32>16");
  });

  it("are read so where name and channels agree", async () => {
    expect((await described(unetWithoutBiases("upconv")))[3]).toBe("upconv ConvTranspose2d 64>32");
    expect(await doubts(unetWithoutBiases("upconv"))).toEqual([]);
  });

  it("are read so in a module of several", async () => {
    const tensors = [
      tensor("conv.weight", [64, 1, 3, 3]),
      tensor("deconv.0.weight", [64, 32, 4, 4]),
      tensor("deconv.2.weight", [32, 16, 4, 4]),
      tensor("deconv.4.weight", [16, 1, 4, 4]),
    ];
    expect((await described(tensors)).slice(1)).toEqual([
      "deconv.0 ConvTranspose2d 64>32",
      "deconv.2 ConvTranspose2d 32>16",
      "deconv.4 ConvTranspose2d 16>1",
    ]);
  });

  it("may be depthwise", async () => {
    const layers = (up: string) => [
      tensor("conv.weight", [16, 8, 3, 3]),
      tensor(`${up}.weight`, [16, 1, 4, 4]),
      tensor("last.weight", [8, 16, 3, 3]),
    ];
    expect((await described(layers("deconv")))[1]).toBe("deconv ConvTranspose2d 16>16 in 16");
    expect((await described(layers("up_1")))[1]).toBe("up_1 Conv2d 16>16 in 16");
    expect(await doubts(layers("up_1"))).toEqual(["up_1"]);
    expect(await doubts(layers("deconv"))).toEqual([]);
  });

  it("are doubted where the channels alone speak for them", async () => {
    expect((await described(unetWithoutBiases("step")))[3]).toBe("step Conv2d 32>64");
    expect(await doubts(unetWithoutBiases("step"))).toEqual(["step"]);
  });

  it("are doubted where only the name speaks for them", async () => {
    const square = [...convolution("conv", 1, 16), ...convolution("upconv", 16, 16)];
    expect(await described(square)).toEqual(["conv Conv2d 1>16", "upconv Conv2d 16>16"]);
    expect(await doubts(square)).toEqual(["upconv"]);
    const plain = [...convolution("conv", 1, 16), ...convolution("upconv1.0", 16, 8)];
    expect(await doubts(plain)).toEqual([]);
  });

  it("are doubted at the ends of a module of several layers, not within it", async () => {
    const tensors = [
      ...convolution("conv", 1, 32),
      ...convolution("upconv.0", 32, 16),
      ...convolution("upconv.3", 16, 16),
      ...convolution("upconv.6", 16, 16),
    ];
    expect(await doubts(tensors)).toEqual(["upconv.6"]);
  });

  it("are asked about for every plain convolution of a bare state dict", async () => {
    const { questions } = await assemble(convolution("conv", 1, 16));
    expect(questions).toEqual([
      { layer: "conv", readAs: "out,in/g,h,w", alternatives: ["in,out/g,h,w"], doubt: null },
    ]);
  });

  it("are not asked about where the module is known", async () => {
    const module = {
      operator: "ConvTranspose2d",
      groups: 2,
      stride: [2, 2],
      dilation: null,
    } as const;
    const { layers, questions } = await assemble([tensor("up.weight", [8, 2, 3, 3], { module })]);
    expect(layers[0]).toMatchObject({
      operator: "ConvTranspose2d",
      inChannels: 8,
      outChannels: 4,
      groups: 2,
      stride: [2, 2],
      dilation: [1, 1],
    });
    expect(questions).toEqual([]);
  });

  it.each(Object.entries(UNETS))("are the only ones found in %s", async (_, build) => {
    for (const convention of ["torch", "unknown"] as const) {
      const { layers } = await assemble(build(16), convention);
      for (const { name, operator, outChannels } of layers) {
        expect([name, operator === "ConvTranspose2d"]).toEqual([name, /up$|^upconv/.test(name)]);
        const bias = build(16).find((one) => one.name === `${name}.bias`);
        expect(outChannels).toBe(bias?.shape[0]);
      }
    }
  });
});

describe("groups", () => {
  it("are those of depthwise convolutions where the channels say so", async () => {
    const tensors = [
      ...convolution("conv1", 1, 16),
      tensor("conv2.weight", [16, 1, 3, 3]),
      tensor("conv2.bias", [16]),
      ...convolution("conv3", 16, 32, 1),
      tensor("conv4.weight", [64, 1, 5, 5]),
      tensor("conv4.bias", [64]),
    ];
    expect(await described(tensors)).toEqual([
      "conv1 Conv2d 1>16",
      "conv2 Conv2d 16>16 in 16",
      "conv4 Conv2d 32>64 in 32",
    ]);
  });

  it("are those of depthwise convolutions whose neighbours were sorted away by name", async () => {
    // Blocks of timm: conv_pw comes before conv_dw when the network runs.
    const tensors = [
      tensor("conv_stem.weight", [16, 3, 3, 3]),
      tensor("blocks.0.0.conv_dw.weight", [96, 1, 3, 3]),
      tensor("blocks.0.0.conv_pw.weight", [96, 16, 1, 1]),
      tensor("blocks.0.0.conv_pwl.weight", [24, 96, 1, 1]),
    ];
    expect((await described(tensors))[1]).toBe("blocks.0.0.conv_dw Conv2d 96>96 in 96");
  });

  it("follow from the channels where a module does not tell them", async () => {
    const module = { operator: "Conv2d", groups: null, stride: null, dilation: null } as const;
    const tensors = [
      tensor("conv1.weight", [16, 1, 3, 3], { module }),
      tensor("conv2.weight", [16, 1, 3, 3], { module }),
      tensor("conv3.weight", [16, 16, 3, 3], { module }),
    ];
    expect(await described(tensors)).toEqual([
      "conv1 Conv2d 1>16",
      "conv2 Conv2d 16>16 in 16",
      "conv3 Conv2d 16>16",
    ]);
  });

  it("are those of grouped convolutions where no layer is as narrow", async () => {
    const tensors = [
      ...convolution("conv1", 3, 64),
      tensor("conv2.weight", [64, 4, 3, 3]),
      ...convolution("conv3", 64, 64),
    ];
    expect((await described(tensors))[1]).toBe("conv2 Conv2d 64>64 in 16");
  });

  it("are those of TensorFlow's depthwise kernels", async () => {
    const tensors = [
      tensor("conv/kernel", [3, 3, 3, 16]),
      tensor("separable/depthwise_kernel", [3, 3, 16, 1]),
      tensor("separable/pointwise_kernel", [1, 1, 16, 32]),
      tensor("last/kernel", [3, 3, 32, 1]),
    ];
    expect(await described(tensors, "unknown")).toEqual([
      "conv Conv2d 3>16",
      "separable/depthwise Conv2d 16>16 in 16",
      "last Conv2d 32>1",
    ]);
  });
});

describe("modules of medical networks", () => {
  it("are transposed where they stand alone in a module that says so", async () => {
    const tensors = [
      tensor("input_block.conv1.conv.weight", [32, 1, 3, 3]),
      tensor("bottleneck.conv1.conv.weight", [64, 32, 3, 3]),
      tensor("upsamples.0.transp_conv.conv.weight", [64, 32, 2, 2]),
      tensor("upsamples.0.conv_block.conv1.conv.weight", [32, 64, 3, 3]),
    ];
    expect((await described(tensors))[2]).toBe(
      "upsamples.0.transp_conv.conv ConvTranspose2d 64>32",
    );
  });

  it("take the image beside the first layer as its shortcut, not as depthwise", async () => {
    const tensors = [
      ...convolution("model.0.conv.unit0.conv", 1, 16),
      ...convolution("model.0.conv.unit1.conv", 16, 16),
      ...convolution("model.0.residual", 1, 16),
      ...convolution("model.1.conv.unit0.conv", 16, 32),
    ];
    expect((await described(tensors))[2]).toBe("model.0.residual Conv2d 1>16");
  });
});

describe("layouts of unknown origin", () => {
  it("reads Lasagne's dilated layers, which store their inputs first, as parallel branches", async () => {
    const shapes = [[16, 3, 3, 3], [16], [51, 16, 3, 3], [16], [51, 16, 3, 3], [16]];
    const tensors = shapes.map((shape, at) => tensor(`arr_${at}`, shape));
    expect(await described(tensors, "unknown")).toEqual([
      "arr_0 Conv2d 3>16",
      "arr_2 Conv2d 51>16",
      "arr_4 Conv2d 51>16",
    ]);
  });

  it("reads the two middle layers of an autoencoder, which have one shape, as each other's inverse", async () => {
    const shapes = [[16, 1, 3, 3], [16], [32, 16, 3, 3], [32], [32, 16, 3, 3], [16], [16, 1, 3, 3]];
    const tensors = [...shapes, [1]].map((shape, at) => tensor(`arr_${at}`, shape));
    expect(await described(tensors, "unknown")).toEqual([
      "arr_0 Conv2d 1>16",
      "arr_2 Conv2d 16>32",
      "arr_4 ConvTranspose2d 32>16",
      "arr_6 ConvTranspose2d 16>1",
    ]);
  });

  it("doubts a tensor that by itself could be read otherwise", async () => {
    const tensors = [tensor("a", [16, 3, 5, 5]), tensor("b", [5, 5, 5, 5])];
    const { questions } = await assemble(tensors, "unknown");
    expect(questions.map(({ doubt }) => doubt)).toEqual([
      null,
      expect.stringMatching(/5, 5, 5, 5.*do not tell.*outputs, inputs, height, width/),
    ]);
    expect(questions[1].alternatives).toContain("h,w,in/g,out");
  });

  it("turns kernels of every layout into the same slices", async () => {
    const entries = Array.from({ length: 2 * 3 * 9 }, (_, at) => at);
    const at = (o: number, i: number, k: number) => (o * 3 + i) * 9 + k;
    const torch = entries;
    const tensorflow = entries.map((_, index) =>
      at(index % 2, Math.floor(index / 2) % 3, Math.floor(index / 6)),
    );
    const mlx = entries.map((_, index) =>
      at(Math.floor(index / 27), index % 3, Math.floor(index / 3) % 9),
    );
    const written = [
      tensor("conv", [2, 3, 3, 3], { entries: torch }),
      tensor("conv", [3, 3, 3, 2], { entries: tensorflow }),
      tensor("conv", [2, 3, 3, 3], { entries: mlx }),
    ];
    for (const [index, convention] of (["torch", "tensorflow", "mlx"] as const).entries()) {
      const { layers } = await assemble([written[index]], convention);
      expect([...layers[0].kernels]).toEqual(entries);
    }
  });
});

describe("names that no network has", () => {
  it.each([
    ["too long", "a".repeat(600)],
    ["too deep", "a.".repeat(100)],
  ])("are refused: %s", async (_, stem) => {
    await expect(assemble([tensor(`${stem}.weight`, [8, 8, 3, 3])])).rejects.toMatchObject({
      code: "malformed",
    });
  });

  it.each(["_".repeat(500), "gamma_".repeat(80), "stem1".repeat(100), "e1.".repeat(30)])(
    "cost no time: %j",
    async (stem) => {
      const tensors = Array.from({ length: 2000 }, (_, at) =>
        tensor(`${stem}${at}!`, [8, 8, 1, 1]),
      );
      const before = performance.now();
      await assembleWeights(tensors, "unknown", context, "unknown");
      expect(performance.now() - before).toBeLessThan(2000);
    },
  );
});
