import { describe, expect, it } from "vitest";
import { float32Values } from "../../../src/worker/lab/tensorValues.ts";

describe("numbers that ONNX Runtime gives", () => {
  it("are read whatever their type, but texts are not", () => {
    expect(float32Values(Uint16Array.of(0x3c00), "float16")).toEqual(Float32Array.of(1));
    // As browsers give them that have a Float16Array.
    expect(float32Values(Float64Array.of(0.5), "float16")).toEqual(Float32Array.of(0.5));
    expect(float32Values(BigInt64Array.of(-3n), "int64")).toEqual(Float32Array.of(-3));
    expect(float32Values(Uint8Array.of(1, 0), "bool")).toEqual(Float32Array.of(1, 0));
    expect(float32Values(["a"], "string")).toBeNull();
  });
});
