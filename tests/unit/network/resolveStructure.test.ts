import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { memorySource } from "../../../src/core/bytes/memorySource.ts";
import { NO_COMPANIONS } from "../../../src/core/files/fileSet.ts";
import { onnxFormat } from "../../../src/core/formats/onnx.ts";
import { roleFromName } from "../../../src/core/network/layerNames.ts";
import type { Network } from "../../../src/core/network/network.ts";
import { resolveStructure } from "../../../src/core/network/resolveStructure.ts";
import { GraphWriter, layer, networkOf } from "../../support/graphs.ts";

const SETTINGS = { grid: "layer", inputSize: 256 } as const;

const rolesOf = (network: Network) =>
  resolveStructure(network, SETTINGS).places.map(({ role }) => role);

/** Skips by layer names. */
function skipsOf(network: Network): string[] {
  const { skips } = resolveStructure(network, SETTINGS);
  return skips.map(({ from, to }) => `${network.layers[from].name} > ${network.layers[to].name}`);
}

function sample(path: string): Promise<Network> {
  return onnxFormat.read({
    source: memorySource("sample.onnx", readFileSync(path)),
    companions: NO_COMPANIONS,
    onProgress: () => {},
    signal: new AbortController().signal,
  });
}

describe("the sample networks", () => {
  it("gives the U-Net its grids, halves and skips", async () => {
    const network = await sample("public/samples/brain-unet.onnx");
    const { places, inputSize, inputSizeIsOpen, warnings } = resolveStructure(network, SETTINGS);
    const sides = [256, 256, 128, 128, 64, 64, 32, 32, 16, 16, 16, 16, 32, 32, 64, 64, 128, 128];
    expect(places.map(({ grid }) => grid)).toEqual(sides.map((side) => [side, side]));
    expect(places.every(({ gridSource }) => gridSource === "graph")).toBe(true);
    expect(rolesOf(network)).toEqual(network.layers.map(({ name }) => name.split(".")[0]));
    expect(inputSize).toEqual([256, 256]);
    expect(inputSizeIsOpen).toBe(false);
    expect(warnings).toEqual([]);
    expect(skipsOf(network)).toEqual([
      "encoder.0.conv2 > decoder.3.conv1",
      "encoder.1.conv2 > decoder.2.conv1",
      "encoder.2.conv2 > decoder.1.conv1",
    ]);
  });

  it("lets names decide at the smallest size of the residual U-Net", async () => {
    const network = await sample("tests/fixtures/brain-resunet.onnx");
    const byName = new Map(
      resolveStructure(network, SETTINGS).places.map((place, index) => [
        network.layers[index].name,
        place,
      ]),
    );
    expect(byName.get("stem")).toMatchObject({ role: "encoder", grid: [256, 256] });
    expect(byName.get("encoder.3.conv2")).toMatchObject({ role: "encoder", grid: [32, 32] });
    expect(byName.get("depthwise")).toMatchObject({ role: "bottleneck", grid: [32, 32] });
    expect(byName.get("decoder.0.up")).toMatchObject({ role: "decoder", grid: [32, 32] });
    expect(byName.get("decoder.0.conv")).toMatchObject({ role: "decoder", grid: [64, 64] });
    expect(skipsOf(network)).toEqual([
      "encoder.0.conv2 > decoder.2.conv",
      "encoder.1.conv2 > decoder.1.conv",
      "encoder.2.conv2 > decoder.0.conv",
    ]);
  });
});

describe("roles from the course of sizes", () => {
  it("reads an unnamed U-Net with unpadded convolutions", () => {
    const net = new GraphWriter();
    const a = net.conv("conv_0", net.input(1, 1, 128, 128), { padding: 0 });
    const b = net.conv("conv_1", net.pool(a), { padding: 0 });
    const c = net.conv("conv_2", net.pool(b), { padding: 0 });
    const d = net.conv("conv_3", c, { padding: 0 });
    const e = net.up("conv_4", d);
    const f = net.conv("conv_5", e, { padding: 0 });
    net.conv("conv_6", net.double(f));
    expect(rolesOf(net.network)).toEqual([
      "encoder",
      "encoder",
      "bottleneck",
      "bottleneck",
      "decoder",
      "decoder",
      "decoder",
    ]);
  });

  it("has no bottleneck where strided layers lead straight to transposed ones", () => {
    const net = new GraphWriter();
    const a = net.conv("conv_0", net.input(1, 1, 64, 64), { stride: 2 });
    const b = net.conv("conv_1", a, { stride: 2 });
    net.up("conv_2", net.up("conv_3", b));
    expect(rolesOf(net.network)).toEqual(["encoder", "encoder", "decoder", "decoder"]);
  });

  it("calls all layers of a classifier encoder, gates included", () => {
    const net = new GraphWriter();
    const a = net.conv("decoder-like", net.input(1, 3, 64, 64), { stride: 2 });
    const b = net.conv("up", a, { stride: 2 });
    const gate = net.add({ kind: "globalPool" }, b);
    net.add({ kind: "opaque", operator: "Gemm" }, net.sum(b, gate));
    expect(rolesOf(net.network)).toEqual(["encoder", "encoder"]);
    expect(skipsOf(net.network)).toEqual([]);
  });

  it("calls all layers of a network of one size encoder", () => {
    const net = new GraphWriter();
    net.conv("b", net.conv("a", net.input(1, 3, 64, 64)));
    expect(rolesOf(net.network)).toEqual(["encoder", "encoder"]);
  });

  it("starts super-resolution networks with their encoder", () => {
    const net = new GraphWriter();
    const a = net.conv("a", net.input(1, 3, null, null));
    const b = net.conv("b", a);
    net.conv("c", net.double(b));
    const structure = resolveStructure(net.network, { grid: "layer", inputSize: 40 });
    expect(structure.places).toEqual([
      { role: "encoder", grid: [40, 40], gridSource: "graph", roleSource: "graph" },
      { role: "encoder", grid: [40, 40], gridSource: "graph", roleSource: "graph" },
      { role: "decoder", grid: [80, 80], gridSource: "graph", roleSource: "graph" },
    ]);
    expect(structure.inputSizeIsOpen).toBe(true);
  });

  it("keeps the bottleneck where names at the smallest size all say the same", () => {
    const net = new GraphWriter();
    const a = net.conv("down1", net.input(1, 1, 64, 64));
    const b = net.conv("down2.b", net.conv("down2.a", net.pool(a)));
    net.conv("up1", net.double(b));
    expect(rolesOf(net.network)).toEqual(["encoder", "bottleneck", "bottleneck", "decoder"]);
  });
});

describe("roles without sizes", () => {
  it("takes the widest layers before the first transposed one for the bottleneck", () => {
    const down = [8, 8, 16, 32, 32].map((outChannels, at) =>
      layer(`conv2d_${at}`, { outChannels }),
    );
    const up = layer("conv2d_transpose", { operator: "ConvTranspose2d", outChannels: 16 });
    const names = ["encoder", "encoder", "encoder", "bottleneck", "bottleneck", "decoder"];
    expect(rolesOf(networkOf([...down, up, layer("conv2d_5")], null))).toEqual([
      ...names,
      "decoder",
    ]);
  });

  it.each([
    ["encoder.0.conv1", "encoder"],
    ["decoder.0.conv1", "decoder"],
    ["down_block3.conv1", "encoder"],
    ["dconv_down1.0", "encoder"],
    ["conv_up1", "decoder"],
    ["conv_up1/conv_down", "decoder"],
    ["upsample_2/conv", "decoder"],
    ["UpConv3", "decoder"],
    ["contractingPath.0", "encoder"],
    ["bridge/conv", "bottleneck"],
    ["middle.conv2", "bottleneck"],
    ["decoder.center.conv", "decoder"],
    ["conv_blocks_context.0.blocks.0.conv", "encoder"],
    ["conv_blocks_localization.0.1.blocks.0.conv", "decoder"],
    ["tu.0", "decoder"],
    ["model/output_blocks/3/0/conv", "decoder"],
    ["context.0", null],
    ["conv2d_7", null],
    ["supper.updated", null],
    ["dense_centering", null],
    ["block3a_expanded", null],
    ["0", null],
  ])("reads %s as %s", (name, role) => {
    expect(roleFromName(name)).toBe(role);
  });

  const roles = (...layers: readonly ReturnType<typeof layer>[]) => {
    const { places, warnings } = resolveStructure(networkOf(layers, null), SETTINGS);
    expect(warnings).toHaveLength(1);
    return { roles: places.map(({ role }) => role), warning: warnings[0] };
  };

  it("fills gaps between names", () => {
    const names = ["inc.conv", "down1.conv", "conv4", "up1.conv", "outc"];
    const found = roles(...names.map((name) => layer(name)));
    expect(found.roles).toEqual(["encoder", "encoder", "bottleneck", "decoder", "decoder"]);
    expect(found.warning).toContain("names");
  });

  it("reads a U-Net's channel numbers", () => {
    const widths = [8, 8, 16, 32, 32, 16, 8, 1];
    const found = roles(...widths.map((outChannels, at) => layer(`conv2d_${at}`, { outChannels })));
    expect(found.roles).toEqual([
      "encoder",
      "encoder",
      "encoder",
      "bottleneck",
      "bottleneck",
      "decoder",
      "decoder",
      "decoder",
    ]);
    expect(found.warning).toContain("channel");
  });

  it("takes channels that only rise for an encoder", () => {
    const found = roles(...[8, 16, 32].map((outChannels) => layer("c", { outChannels })));
    expect(found.roles).toEqual(["encoder", "encoder", "encoder"]);
  });

  it.each([[[16, 16, 16]], [[8, 32, 16, 32, 8]], [[32, 16, 8]]])(
    "does not guess from channel numbers %j",
    (widths) => {
      const found = roles(...widths.map((outChannels) => layer("c", { outChannels })));
      expect(found.roles.every((role) => role === "other")).toBe(true);
      expect(found.warning).toContain("unknown");
    },
  );
});

describe("grids", () => {
  it("uses 64 x 64 where no size is known, and says so", () => {
    const net = new GraphWriter();
    const image = net.input(1, 3, 32, 32);
    const a = net.conv("a", image);
    const hidden = net.add({ kind: "opaque", operator: "Loop" }, a);
    net.conv("b", hidden);
    const { places, warnings } = resolveStructure(net.network, SETTINGS);
    expect(places[0]).toMatchObject({ grid: [32, 32], gridSource: "graph" });
    expect(places[1]).toMatchObject({ grid: [64, 64], gridSource: "default" });
    expect(warnings[0]).toContain("1 of 2 layers");
  });

  it("uses the setting for all layers, but never less than the kernel", () => {
    const layers = [layer("a"), layer("b", { kernelSize: [9, 3] })];
    const { places } = resolveStructure(networkOf(layers, null), { grid: 5, inputSize: 256 });
    expect(places.map(({ grid }) => grid)).toEqual([
      [5, 5],
      [9, 5],
    ]);
    expect(places.every(({ gridSource }) => gridSource === "settings")).toBe(true);
  });

  it("makes room for the kernel on tiny maps", () => {
    const net = new GraphWriter();
    net.conv("a", net.input(1, 3, 2, 8));
    expect(resolveStructure(net.network, SETTINGS).places[0].grid).toEqual([3, 8]);
  });

  it("makes room for the features where the kernel is smaller", () => {
    const net = new GraphWriter();
    net.up("a", net.input(1, 3, 2, 2));
    expect(resolveStructure(net.network, SETTINGS).places[0].grid).toEqual([3, 3]);
  });

  it("stops at the largest grid, and says for which layers", () => {
    const net = new GraphWriter();
    const first = net.conv("a", net.input(1, 3, 60_000, 40));
    net.conv("c", net.pool(net.conv("b", first)));
    const { places, warnings } = resolveStructure(net.network, SETTINGS);
    expect(places.map(({ grid }) => grid)).toEqual([
      [1024, 40],
      [1024, 40],
      [1024, 20],
    ]);
    expect(warnings).toEqual([
      "a and 1 more receive maps of 60000 x 40, analysed on 1024 x 40; a larger grid changes no distance by 0.0001.",
      "c receives maps of 30000 x 20, analysed on 1024 x 20; a larger grid changes no distance by 0.0001.",
    ]);
  });

  it("takes an image that is larger than any for unknown", () => {
    const net = new GraphWriter();
    net.conv("a", net.input(1, 3, 2 ** 40, 2 ** 40));
    const { places, inputSize } = resolveStructure(net.network, SETTINGS);
    expect(places[0]).toMatchObject({ grid: [64, 64], gridSource: "default" });
    expect(inputSize).toBeNull();
  });
});

describe("skip connections", () => {
  it("joins by sum as well, and not within residual blocks", () => {
    const net = new GraphWriter();
    const a = net.conv("a", net.input(1, 1, 64, 64));
    const residual = net.sum(net.conv("b", a), a);
    const deep = net.conv("c", net.pool(residual));
    const joined = net.sum(net.double(deep), residual);
    net.conv("d", joined);
    expect(skipsOf(net.network)).toEqual(["b > d"]);
  });

  it("leaves out the raw input and layers that the deep way does not start from", () => {
    const net = new GraphWriter();
    const image = net.input(1, 1, 64, 64);
    const x00 = net.conv("x00", image);
    const x10 = net.conv("x10", net.pool(x00));
    const x20 = net.conv("x20", net.pool(x10));
    const x01 = net.conv("x01", net.join(x00, net.double(x10)));
    const x11 = net.conv("x11", net.join(x10, net.double(x20)));
    const x02 = net.conv("x02", net.join(x00, x01, net.double(x11)));
    net.conv("head", net.join(image, x02));
    expect(skipsOf(net.network)).toEqual(["x00 > x01", "x00 > x02", "x10 > x11"]);
  });

  it("finds the skips of a second U-Net in a row", () => {
    const net = new GraphWriter();
    let map = net.input(1, 1, 64, 64);
    for (const part of ["first", "second"]) {
      const a = net.conv(`${part}.a`, map);
      const b = net.conv(`${part}.b`, net.pool(a));
      map = net.conv(`${part}.c`, net.join(a, net.double(b)));
    }
    expect(skipsOf(net.network)).toEqual(["first.a > first.c", "second.a > second.c"]);
  });

  it("looks at joins of thousands of maps once", { timeout: 5_000 }, () => {
    const net = new GraphWriter();
    const a = net.conv("a", net.input(1, 1, 64, 64));
    const shallow = Array.from({ length: 10_000 }, () => a);
    let deep = net.double(net.conv("b", net.pool(a)));
    for (let count = 0; count < 100; count += 1) deep = net.join(...shallow, deep);
    net.conv("c", deep);
    expect(skipsOf(net.network)).toEqual(["a > c"]);
  });
});
