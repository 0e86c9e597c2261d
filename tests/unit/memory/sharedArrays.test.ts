import { afterEach, describe, expect, it, vi } from "vitest";
import {
  hasSharedMemory,
  inSharedMemory,
  sharedFloat32Array,
  sharedInt8Array,
  sharedUint8Array,
} from "../../../src/core/memory/sharedArrays.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("arrays in shared memory", () => {
  it("are zeros that a message does not copy", () => {
    const shared = sharedFloat32Array(3);
    expect([...shared]).toEqual([0, 0, 0]);
    expect(shared.buffer).toBeInstanceOf(SharedArrayBuffer);
    const { port1, port2 } = new MessageChannel();
    const received = new Promise<Float32Array>((resolve) => {
      port2.onmessage = (event: MessageEvent<Float32Array>) => resolve(event.data);
    });
    port1.postMessage(shared);
    return received.then((there) => {
      there[1] = 7;
      expect(shared[1]).toBe(7);
      port1.close();
    });
  });

  it("take over numbers once, and leave what is shared where it is", () => {
    const numbers = Float32Array.of(1, Number.NaN, -0);
    const shared = inSharedMemory(numbers.subarray(1));
    expect([...shared]).toEqual([Number.NaN, -0]);
    expect(shared.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(inSharedMemory(shared)).toBe(shared);
  });

  it("are ordinary arrays in a page that is not isolated", () => {
    vi.stubGlobal("SharedArrayBuffer", undefined);
    expect(hasSharedMemory()).toBe(false);
    for (const array of [sharedFloat32Array(2), sharedInt8Array(2), sharedUint8Array(2)]) {
      expect([...array]).toEqual([0, 0]);
      expect(array.buffer).toBeInstanceOf(ArrayBuffer);
    }
    const numbers = Float32Array.of(1, 2);
    expect(inSharedMemory(numbers)).toBe(numbers);
  });
});
