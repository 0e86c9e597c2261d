import { describe, expect, it } from "vitest";
import { guessLevels } from "../../../src/core/network/guessLevels.ts";
import { guessRoles } from "../../../src/core/network/guessRoles.ts";
import type { ConvolutionLayer } from "../../../src/core/network/network.ts";
import { layer } from "../../support/graphs.ts";

/** A layer per entry: "name channels", with "T" behind for a transposed one. */
function layersOf(...entries: readonly string[]): readonly ConvolutionLayer[] {
  return entries.map((entry) => {
    const [name, channels, mark] = entry.split(" ");
    const operator = mark === "T" ? "ConvTranspose2d" : "Conv2d";
    const kernelSize = mark === "T" ? ([2, 2] as const) : ([3, 3] as const);
    return layer(name, { outChannels: Number(channels), operator, kernelSize });
  });
}

/** First letters of the roles (Encoder, Bottleneck, Decoder, Other) and the levels. */
function guessed(layers: readonly ConvolutionLayer[]) {
  const { roles, guess } = guessRoles(layers);
  return {
    roles: roles.map((role) => role[0]).join(""),
    levels: guessLevels(layers, roles),
    confidence: guess.confidence,
  };
}

describe("roles and levels without a graph", () => {
  it("reads the bundled U-Net off its names, though its widths never change", () => {
    const names = ["encoder.0", "encoder.1", "encoder.2", "bottleneck", "decoder.0", "decoder.1"];
    const layers = layersOf(...names.flatMap((name) => [`${name}.conv1 16`, `${name}.conv2 16`]));
    expect(guessed(layers)).toEqual({
      roles: "eeeeeebbdddd",
      levels: [0, 0, 1, 1, 2, 2, 3, 3, 2, 2, 1, 1],
      confidence: "high",
    });
  });

  it("keeps the stages of the others where a person moves a layer to their half", () => {
    const layers = layersOf(
      "encoder.0.a 16",
      "encoder.1.a 16",
      "bottleneck.conv1 16",
      "decoder.0.a 16",
    );
    expect(guessLevels(layers, ["encoder", "encoder", "encoder", "decoder"])).toEqual([0, 1, 1, 0]);
  });

  it("reads the most copied PyTorch U-Net", () => {
    const layers = layersOf(
      "inc.double_conv.0 64",
      "inc.double_conv.3 64",
      "down1.maxpool_conv.1.double_conv.0 128",
      "down1.maxpool_conv.1.double_conv.3 128",
      "down2.maxpool_conv.1.double_conv.0 256",
      "down2.maxpool_conv.1.double_conv.3 256",
      "up1.up 128 T",
      "up1.conv.double_conv.0 128",
      "up1.conv.double_conv.3 128",
      "up2.up 64 T",
      "up2.conv.double_conv.0 64",
      "up2.conv.double_conv.3 64",
    );
    expect(guessed(layers)).toEqual({
      roles: "eeeeeedddddd",
      levels: [0, 0, 1, 1, 2, 2, 2, 1, 1, 1, 0, 0],
      confidence: "high",
    });
  });

  it("reads the letters e and d where both are there, and not where one is", () => {
    const layers = layersOf("e11 64", "e12 64", "e21 128", "e22 128", "d11 64", "d12 64");
    expect(guessed(layers)).toMatchObject({ roles: "eeeedd", confidence: "high" });
    expect(guessed(layersOf("e11 64", "e12 64", "x 64")).roles).toBe("ooo");
  });

  it("reads numbered Keras layers off transposed ones and channel numbers", () => {
    const layers = layersOf(
      "conv2d 16",
      "conv2d_1 32",
      "conv2d_2 64",
      "conv2d_transpose 32 T",
      "conv2d_3 32",
      "conv2d_transpose_1 16 T",
      "conv2d_4 16",
    );
    expect(guessed(layers)).toEqual({
      roles: "eebdddd",
      levels: [0, 1, 2, 2, 1, 1, 0],
      confidence: "medium",
    });
  });

  it("guesses from channel numbers alone, with low confidence", () => {
    const layers = layersOf("a 8", "b 16", "c 32", "d 16", "e 8");
    expect(guessed(layers)).toEqual({
      roles: "eebdd",
      levels: [0, 1, 2, 1, 0],
      confidence: "low",
    });
  });

  it("says nothing of a network that shows nothing", () => {
    expect(guessed(layersOf("a 8", "b 8"))).toEqual({
      roles: "oo",
      levels: [null, null],
      confidence: "none",
    });
  });
});
