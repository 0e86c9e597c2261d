import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ConvAtlasError } from "../../../src/core/errors.ts";
import { bytesOfMaps, requireMemory } from "../../../src/worker/lab/memoryEstimate.ts";
import { runtimeThreads } from "../../../src/worker/lab/runtime.ts";
import { runtimeFailure } from "../../../src/worker/lab/runtimeErrors.ts";
import { readFiles } from "../../support/readModel.ts";

describe("what a run would take", () => {
  it("counts the maps that all convolutions make, and refuses what cannot fit", async () => {
    const sample = readFileSync("public/samples/brain-unet.onnx");
    const network = await readFiles({ "brain-unet.onnx": sample });
    // 16 maps of every layer: two each at 256, 128, 64 and 32 going down, two at the bottom, and
    // two each at 16, 32, 64 and 128 going up.
    const pixels = 2 * (256 ** 2 + 2 * (128 ** 2 + 64 ** 2 + 32 ** 2 + 16 ** 2));
    expect(bytesOfMaps(network)).toBe(4 * 16 * pixels);
    expect(() => requireMemory(network, sample.length)).not.toThrow();
    expect(() => requireMemory(network, 2 ** 31)).toThrow(/6\.0 GiB.*3\.5 GiB/);
    expect(() => requireMemory(network, 2 ** 31)).toThrow(
      expect.objectContaining({ code: "too-large" }),
    );
  });
});

describe("what ONNX Runtime throws", () => {
  it.each([
    [new Error("ERROR_CODE: 6, ERROR_MESSAGE: std::bad_alloc"), "too-large", false],
    [new RangeError("Array buffer allocation failed"), "too-large", false],
    [new WebAssembly.RuntimeError("memory access out of bounds"), "too-large", true],
    [new WebAssembly.RuntimeError("unreachable"), "cannot-run", true],
    [new Error("Aborted(native code called abort())"), "cannot-run", true],
    [12345678, "cannot-run", true],
    [new Error("no available backend found. ERR: [wasm] 404"), "cannot-run", true],
    [new Error("failed to call OrtRun(). ERROR_CODE: 1"), "cannot-run", false],
  ])("%s is %s; ends all: %s", (thrown, code, isFatal) => {
    const failure = runtimeFailure(thrown, "run");
    expect(failure.error.code).toBe(code);
    expect(failure.isFatal).toBe(isFatal);
    expect(failure.error.details).toContain(thrown instanceof Error ? thrown.message : thrown);
  });

  it.each([
    "ERROR_CODE: 6, ERROR_MESSAGE: No Op registered for Shimmer with domain_version of 13",
    "ERROR_CODE: 10, ERROR_MESSAGE: Fatal error: org.example:Shimmer(-1) is not a registered function/op",
  ])("names an operator that it does not know: %s", (text) => {
    const { error } = runtimeFailure(new Error(text), "start");
    expect(error).toMatchObject({ code: "cannot-run", details: text });
    expect(error.message).toContain("does not know the operator Shimmer");
  });

  it("leaves errors in plain words alone", () => {
    const error = new ConvAtlasError("cancelled", "Stopped.");
    expect(runtimeFailure(error, "start")).toEqual({ error, isFatal: false });
  });
});

it("runs on several threads where pages may share memory, and leaves a core to the page", () => {
  expect([1, 2, 3, 5, 64].map((cores) => runtimeThreads(true, cores))).toEqual([1, 1, 2, 4, 4]);
  expect(runtimeThreads(false, 64)).toBe(1);
});
