import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const sample = join(root, "public/samples/brain-unet.onnx");

interface Results {
  readonly warnings: readonly string[];
  readonly timings: { readonly engine: string };
  readonly layers: readonly {
    readonly counts: Readonly<Record<string, number>>;
    readonly kernels?: readonly { readonly label: string; readonly distance: number }[];
  }[];
}

async function analyze(...options: readonly string[]): Promise<Results> {
  const command = [join(root, "dist/cli/convatlas.js"), "analyze", sample, ...options];
  const { stdout } = await promisify(execFile)(process.execPath, command, { maxBuffer: 1 << 28 });
  return JSON.parse(stdout);
}

describe("--engine", () => {
  it("says which engine ran, and the labels are the same", async () => {
    const cpu = await analyze("--grid", "16");
    const webasm = await analyze("--grid", "16", "--engine", "webasm");
    expect([cpu.timings.engine, webasm.timings.engine]).toEqual(["cpu", "webasm"]);
    const kernels = cpu.layers.flatMap((layer) => layer.kernels ?? []);
    const others = webasm.layers.flatMap((layer) => layer.kernels ?? []);
    expect(others.map(({ label }) => label)).toEqual(kernels.map(({ label }) => label));
    const gaps = others.map(({ distance }, k) => Math.abs(distance - kernels[k].distance));
    expect(Math.max(...gaps)).toBeLessThan(2e-5);
  });

  it("that cannot run here is replaced by the processor, in words", async () => {
    const { timings, warnings } = await analyze("--grid", "16", "--engine", "webgpu", "--summary");
    expect(timings.engine).toBe("cpu");
    expect(warnings.join(" ")).toMatch(/WebGPU.*could not be used.*labels are the same/);
  });
});

describe("--summary", () => {
  it("counts the labels that all distances of the full grids give", async () => {
    const settled = await analyze("--summary");
    const exact = await analyze();
    expect(settled.layers.map(({ counts }) => counts)).toEqual(
      exact.layers.map(({ counts }) => counts),
    );
  });
});
