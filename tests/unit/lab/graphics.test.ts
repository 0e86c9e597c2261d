import type { Tensor } from "onnxruntime-web/wasm";
import { afterEach, describe, expect, it, vi } from "vitest";
import { hasGraphicsProcessor } from "../../../src/worker/lab/providers/adapter.ts";
import { areAlike } from "../../../src/worker/lab/providers/agreement.ts";
import { ANSWER_AT_MOST_MS, DeviceMemory } from "../../../src/worker/lab/providers/deviceMemory.ts";

afterEach(() => vi.useRealTimers());

describe("a graphics processor", () => {
  const with_ = (adapter: object | null) => ({ requestAdapter: async () => adapter });

  it("is there where the browser gives an adapter of hardware", async () => {
    const info = { vendor: "nvidia", architecture: "hopper", isFallbackAdapter: false };
    expect(await hasGraphicsProcessor(with_({ info }))).toBe(true);
    expect(await hasGraphicsProcessor(with_({}))).toBe(true);
  });

  it.each([
    { info: { vendor: "google", architecture: "swiftshader", isFallbackAdapter: false } },
    { info: { vendor: "mesa", architecture: "llvmpipe" } },
    { info: { vendor: "", architecture: "", isFallbackAdapter: true } },
    { isFallbackAdapter: true },
  ])("is not what works in software: %j", async (adapter) => {
    expect(await hasGraphicsProcessor(with_(adapter))).toBe(false);
  });

  it("is not there without WebGPU, without an adapter, or where asking fails", async () => {
    expect(await hasGraphicsProcessor(undefined)).toBe(false);
    expect(await hasGraphicsProcessor(with_(null))).toBe(false);
    const requestAdapter = () => Promise.reject(new Error("blocked"));
    expect(await hasGraphicsProcessor({ requestAdapter })).toBe(false);
  });
});

/** A device that counts its buffers and what is sent to them. */
function fakeDevice() {
  const buffers: { size: number; isDestroyed: boolean; numbers: number[] }[] = [];
  const target = new EventTarget();
  let lose: (info: { message: string }) => void = () => undefined;
  const lost = new Promise<{ message: string }>((resolve) => {
    lose = resolve;
  });
  const device = {
    lost,
    addEventListener: target.addEventListener.bind(target),
    createBuffer({ size }: { size: number }) {
      const buffer = { size, isDestroyed: false, numbers: [] as number[] };
      buffers.push(buffer);
      return { ...buffer, of: buffer, destroy: () => Object.assign(buffer, { isDestroyed: true }) };
    },
    queue: {
      writeBuffer(
        { of }: { of: (typeof buffers)[number] },
        _at: number,
        bytes: ArrayBuffer,
        from: number,
        count: number,
      ) {
        of.numbers = [...new Float32Array(bytes, from, count / 4)];
      },
    },
  };
  const fail = (message: string) =>
    target.dispatchEvent(Object.assign(new Event("uncapturederror"), { error: { message } }));
  const tensorOf = (buffer: GPUBuffer) => ({ buffer }) as unknown as Tensor;
  const memory = new DeviceMemory(device as unknown as GPUDevice, tensorOf);
  return { memory, buffers, fail, lose: (message: string) => lose({ message }) };
}

function feed(...numbers: readonly number[]) {
  const all = Float32Array.from([99, ...numbers]);
  const values = vi.fn(() => all.subarray(1));
  return { values, dimensions: [numbers.length], madeOf: null };
}

describe("weights in the memory of a graphics processor", () => {
  it("are sent once, from wherever they lie in an array", () => {
    const { memory, buffers } = fakeDevice();
    const own = {};
    const numbers = feed(1, 2, 3, 4, 5);
    const first = memory.tensor("layer", own, numbers);
    expect(memory.tensor("layer", own, numbers)).toBe(first);
    expect(numbers.values).toHaveBeenCalledOnce();
    // Sizes are multiples of 16 bytes.
    expect(buffers).toEqual([{ size: 32, isDestroyed: false, numbers: [1, 2, 3, 4, 5] }]);
  });

  it("of a trial take the place of those of the trial before, beside the network's own", () => {
    const { memory, buffers } = fakeDevice();
    const own = {};
    const kept = memory.tensor("layer", own, feed(1, 1));
    for (const trial of [2, 3, 4]) {
      memory.tensor("layer", {}, feed(trial, trial));
      expect(memory.tensor("layer", own, feed(0, 0))).toBe(kept);
      expect(buffers.map(({ numbers }) => numbers)).toEqual([
        [1, 1],
        [trial, trial],
      ]);
    }
  });

  it("take another buffer where they are of another size, and all are given back", () => {
    const { memory, buffers } = fakeDevice();
    for (const size of [1, 2, 3]) memory.tensor("layer", {}, feed(...Array(size).fill(7)));
    expect(buffers.map(({ isDestroyed }) => isDestroyed)).toEqual([true, false, false]);
    memory.clear();
    expect(buffers.every(({ isDestroyed }) => isDestroyed)).toBe(true);
  });
});

describe("what is computed on a graphics processor", () => {
  const never = new Promise<number>(() => undefined);

  it("arrives as it is", async () => {
    const { memory } = fakeDevice();
    expect(await memory.during(Promise.resolve(7))).toBe(7);
  });

  it("fails when the device is lost, at once and ever after", async () => {
    const { memory, lose } = fakeDevice();
    const running = memory.during(never);
    lose("unplugged");
    await expect(running).rejects.toThrow("lost: unplugged");
    await expect(memory.during(never)).rejects.toThrow("lost: unplugged");
  });

  it("fails after an error that nobody caught", async () => {
    const { memory, fail } = fakeDevice();
    fail("Out of memory");
    await expect(memory.during(never)).rejects.toThrow("Out of memory");
  });

  it("fails where the driver hangs", async () => {
    vi.useFakeTimers();
    const { memory } = fakeDevice();
    const running = memory.during(never);
    const failing = expect(running).rejects.toThrow("did not answer");
    await vi.advanceTimersByTimeAsync(ANSWER_AT_MOST_MS);
    await failing;
  });
});

describe("outputs of two runtimes", () => {
  const of = (...numbers: readonly number[]) =>
    new Map([["mask", { dimensions: [numbers.length], values: Float32Array.from(numbers) }]]);

  it("are alike where they differ by less than a thousandth of their range", () => {
    expect(areAlike(of(0, 100), of(0.09, 99.95))).toBe(true);
    expect(areAlike(of(0, 100), of(0.2, 100))).toBe(false);
    // Constant numbers have no range.
    expect(areAlike(of(5, 5), of(5.004, 5))).toBe(true);
    expect(areAlike(of(5, 5), of(5.01, 5))).toBe(false);
    expect(areAlike(of(0, 0), of(0, 0))).toBe(true);
  });

  it("are not alike where one lacks what the other has", () => {
    expect(areAlike(of(1, 2), of(1))).toBe(false);
    expect(areAlike(of(1), new Map())).toBe(false);
    expect(areAlike(of(1, 2), of(1, Number.NaN))).toBe(false);
    expect(areAlike(of(1, Number.NaN), of(1, 2))).toBe(false);
    expect(areAlike(of(1, Number.NaN, -Infinity), of(1, Number.NaN, -Infinity))).toBe(true);
  });
});
