import { describe, expect, it } from "vitest";
import type { ExecutableConvolution } from "../../../src/core/execution/executable.ts";
import { mapsOf } from "../../../src/worker/lab/maps.ts";
import { networkInput, shownOutput } from "../../../src/worker/lab/modelValues.ts";
import type { ValueDescription } from "../../../src/worker/lab/session.ts";

type Dimensions = ValueDescription["dimensions"];

const NOTHING = { convolutions: [] };
const NO_GRAPH = { graph: null, layers: [] };

function value(dimensions: Dimensions, type: string | null = "float32", name = "image") {
  return { name, type, dimensions };
}

function inputOf(dimensions: Dimensions) {
  return networkInput([value(dimensions)], NOTHING, NO_GRAPH);
}

function firstConvolution(maps: ExecutableConvolution["maps"]): ExecutableConvolution {
  return {
    layer: "first",
    input: "image",
    output: "out",
    activated: null,
    maps,
    weights: "not asked for",
  };
}

describe("the image that a network takes", () => {
  it("finds the channels by the lengths of the axes", () => {
    expect(inputOf([1, 3, 256, 192])).toEqual({
      name: "image",
      elements: "float32",
      layout: "channelsFirst",
      channels: 3,
      height: 256,
      width: 192,
      batch: 1,
    });
    expect(inputOf([4, 1, 8, 8]).batch).toBe(4);
    expect(inputOf([null, 256, 192, 1])).toMatchObject({
      layout: "channelsLast",
      channels: 1,
      height: 256,
      width: 192,
    });
    expect(inputOf([null, 4, null, null])).toMatchObject({
      layout: "channelsFirst",
      channels: 4,
      height: null,
      width: null,
    });
  });

  it("believes what takes the image before it believes lengths", () => {
    const convolutions = [firstConvolution("channelsLast")];
    const dimensions = [1, 3, 3, 3];
    expect(networkInput([value(dimensions)], { convolutions }, NO_GRAPH).layout).toBe(
      "channelsLast",
    );
    expect(networkInput([value(dimensions)], NOTHING, NO_GRAPH).layout).toBe("channelsFirst");
  });

  it.each([
    ["several inputs", [value([1, 1, 8, 8]), value([1, 2], "float32", "age")], /2 inputs.*age/],
    ["none", [], /no input/],
    ["a list of numbers", [value([1, 128])], /no 2-D image \(1 x 128 float32 numbers\)/],
    ["texts", [value([1, 1, 8, 8], "string")], /no 2-D image/],
    ["no tensor", [value([], null)], /no numbers/],
    ["a large batch", [value([64, 1, 8, 8])], /64 pictures at once/],
    ["many channels", [value([1, 31, 8, 8])], /31/],
  ])("refuses %s in words", (_, inputs, message) => {
    const convolutions = [firstConvolution("channelsFirst")];
    const act = () => networkInput(inputs, { convolutions }, NO_GRAPH);
    expect(act).toThrow(message);
    expect(act).toThrow(expect.objectContaining({ code: "cannot-run" }));
  });
});

describe("an output of a network", () => {
  const input = inputOf([1, 1, 64, 64]);

  it.each<[Dimensions, string, number, string]>([
    [[1, 2, 64, 64], "map", 2, "channelsFirst"],
    [[1, 64, 64, 2], "map", 2, "channelsLast"],
    [[null, 1, null, null], "map", 1, "channelsFirst"],
    [[null, null, null, 5], "map", 5, "channelsLast"],
    [[1, 32, 32, 32], "map", 32, "channelsFirst"],
    [[1, 2, 30, 40], "map", 2, "channelsFirst"],
    [[1, 64, 64], "map", 1, "channelsFirst"],
    [[1, 1000], "vector", 1000, "channelsFirst"],
    [[1, 10, 1, 1], "vector", 10, "channelsFirst"],
    [[7], "vector", 7, "channelsFirst"],
  ])("%j is a %s of %i, %s", (dimensions, kind, channels, layout) => {
    expect(shownOutput(value(dimensions, "float32", "out"), input)).toEqual({
      name: "out",
      kind,
      channels,
      layout,
      isBatched: true,
    });
  });

  it.each<[Dimensions, Dimensions, object]>([
    // Squeezed: of one class, of five, and of five with the channels last.
    [[1, 1, 256, 256], [256, 256], { kind: "map", channels: 1, isBatched: false }],
    [[1, 1, 48, 80], [5, 48, 80], { kind: "map", channels: 5, layout: "channelsFirst" }],
    [[1, 48, 80, 1], [48, 80, 5], { kind: "map", channels: 5, layout: "channelsLast" }],
    [[1, 1, 48, 80], [1, 48, 80], { kind: "map", channels: 1, isBatched: true }],
    [[4, 1, 48, 80], [4, 48, 80], { kind: "map", channels: 1, isBatched: true }],
    // Lists: of one picture, and of a batch.
    [[1, 1, 48, 80], [1, 80], { kind: "vector", channels: 80, isBatched: true }],
    [[2, 1, 64, 64], [2, 2], { kind: "vector", channels: 2, isBatched: true }],
  ])("of %j that is %j may be without a batch", (taken, dimensions, found) => {
    expect(shownOutput(value(dimensions, "float32", "out"), inputOf(taken))).toMatchObject(found);
  });

  it.each<[Dimensions, Dimensions, number, string]>([
    // Exported with its channels moved behind the image, or before it.
    [[1, 1, 240, 320], [1, 240, 320, 2], 2, "channelsLast"],
    [[1, 240, 320, 1], [1, 2, 240, 320], 2, "channelsFirst"],
    [[1, 1, 240, 320], [1, 120, 160, 2], 2, "channelsLast"],
    // As many channels as rows.
    [[1, 1, 48, 64], [1, 48, 48, 64], 48, "channelsFirst"],
    [[1, 48, 64, 3], [1, 48, 64, 64], 64, "channelsLast"],
    // Not like the input in either way.
    [[1, 240, 320, 1], [1, 10, 20, 7], 7, "channelsLast"],
  ])("of %j, where it is %j, has %i channels: %s", (taken, dimensions, channels, layout) => {
    const found = shownOutput(value(dimensions, "float32", "out"), inputOf(taken));
    expect(found).toMatchObject({ kind: "map", channels, layout });
  });

  it("without a batch is read as one picture", () => {
    const values = Float32Array.from({ length: 12 }, (_, at) => at);
    const squeezed = mapsOf({ dimensions: [3, 2, 2], values }, "channelsFirst", false);
    expect(squeezed).toEqual({ channels: 3, height: 2, width: 2, values });
    expect(mapsOf({ dimensions: [3, 4], values }, "channelsFirst", false)).toEqual({
      ...{ channels: 1, height: 3, width: 4, values },
    });
    const last = mapsOf({ dimensions: [2, 2, 3], values }, "channelsLast", false);
    expect([...last.values]).toEqual([0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11]);
  });

  it("is not shown where it is something else", () => {
    expect(shownOutput(value([]), input)).toBeNull();
    expect(shownOutput(value([1, 2, 3, 4, 5]), input)).toBeNull();
    expect(shownOutput(value([1, null]), input)).toBeNull();
    expect(shownOutput(value([1, 3], "string"), input)).toBeNull();
    expect(shownOutput(value([], null), input)).toBeNull();
  });
});
