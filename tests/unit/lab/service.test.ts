import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { LabEvent } from "../../../src/worker/lab/protocol.ts";
import {
  AskedLab,
  loadRuntime,
  PUBLIC_SAMPLES,
  picked,
  SAMPLES,
  unitPreprocessing,
} from "../../support/labOf.ts";
import { distance, expectedRuns } from "../../support/sampleRuns.ts";

const ONNX = join(PUBLIC_SAMPLES, "brain-unet.onnx");

const FORMS = {
  "an ONNX file": [picked(ONNX)],
  "an ONNX file of float16": [picked(join(SAMPLES, "brain-unet-f16.onnx"))],
  "an ONNX file with its weights outside": [
    picked(join(SAMPLES, "brain-unet-external.onnx")),
    picked(join(SAMPLES, "brain-unet-external.onnx.data")),
  ],
  "a Keras file": [picked(join(PUBLIC_SAMPLES, "brain-unet.h5"))],
  "a folder of TensorFlow.js": ["model.json", "group1-shard1of1.bin"].map((name) =>
    picked(join(SAMPLES, "brain-unet-tfjs", name), "brain-unet-tfjs/"),
  ),
};

/** float16 throughout keeps three digits: what it is far from is PyTorch in float32. */
const TOLERANCE = 1e-3;

describe.each(Object.entries(FORMS))("the lab with %s", (_, files) => {
  it("makes of every listed slice what the network made when it was exported", async () => {
    const lab = new AskedLab();
    const model = await lab.open(files);
    expect(model.input).toMatchObject({ elements: "float32", channels: 1, height: 256 });
    expect(model.outputs).toMatchObject([{ kind: "map", channels: 1 }]);
    expect(model.layers).toHaveLength(18);
    expect(model.layers.every(({ fixed }) => fixed === null)).toBe(true);
    expect(model.engine.engine).toEqual({ provider: "wasm", threads: 1 });
    const preprocessing = unitPreprocessing(model.input);
    for (const run of expectedRuns("brain-unet")) {
      const [image] = await lab.look([join(PUBLIC_SAMPLES, run.file)]);
      const slice = { image, plane: "frame", index: 0 } as const;
      const { input, outputs, milliseconds } = await lab.call("run", { slice, preprocessing });
      expect(input).toMatchObject({ channels: 1, height: 256, width: 256 });
      expect(outputs).toHaveLength(1);
      expect(outputs[0]).toMatchObject({ channels: 1, height: 256, width: 256 });
      expect(distance(outputs[0].values, run)).toBeLessThan(TOLERANCE);
      expect(milliseconds).toBeGreaterThan(0);
    }
  });
});

describe("the lab", () => {
  it("runs a network of another structure", async () => {
    const lab = new AskedLab();
    const model = await lab.open([picked("tests/fixtures/brain-resunet.onnx")]);
    const preprocessing = unitPreprocessing(model.input);
    for (const run of expectedRuns("brain-resunet")) {
      const [image] = await lab.look([join(PUBLIC_SAMPLES, run.file)]);
      const slice = { image, plane: "frame", index: 0 } as const;
      const { outputs } = await lab.call("run", { slice, preprocessing });
      expect(distance(outputs[0].values, run)).toBeLessThan(TOLERANCE);
    }
  });

  it.each(["brain-unet.pt", "brain-unet.safetensors", "brain-unet.npz"])(
    "says why %s, weights alone, cannot run",
    async (name) => {
      const opening = new AskedLab().open([picked(join(SAMPLES, name))]);
      await expect(opening).rejects.toMatchObject({ code: "cannot-run" });
      await expect(opening).rejects.toThrow(new RegExp(`${name}.*weights`));
    },
  );

  it("tells how far opening is", async () => {
    const events: LabEvent[] = [];
    const input = { kind: "files", files: [picked(ONNX)] } as const;
    await new AskedLab().call("open", { input }, (event) => events.push(event));
    const steps = events.map((event) => (event.kind === "progress" ? event.step : event.kind));
    expect([...new Set(steps)]).toEqual(["reading", "starting"]);
    const shares = events.map((event) => (event.kind === "progress" ? event.share : 0));
    expect(Math.max(...shares)).toBe(1);
    expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true);
  });

  it("reads images that can be read, and says what is wrong with the others", async () => {
    const lab = new AskedLab();
    const slice = join(PUBLIC_SAMPLES, "slices/slice-006.png");
    const files = [picked(slice, "patient 17/"), picked(ONNX)];
    const { images, failed } = await lab.call("images", { files });
    expect(images).toMatchObject([
      { id: "image-1", name: "slice-006.png", format: "png", channels: 1 },
    ]);
    expect(images[0].stacks).toEqual([{ plane: "frame", count: 1, width: 256, height: 256 }]);
    expect(failed).toMatchObject([{ name: "brain-unet.onnx" }]);
    expect(failed[0].message).toContain("brain-unet.onnx");
    const where = { image: "image-1", plane: "frame", index: 0, side: 512 } as const;
    expect((await lab.call("picture", where)).values).toHaveLength(256 * 256);
    const small = await lab.call("picture", { ...where, side: 64 });
    expect([small.width, small.height, small.values.length]).toEqual([64, 64, 64 * 64]);
    await lab.call("forget", { image: "image-1" });
    await expect(lab.call("picture", where)).rejects.toMatchObject({ code: "bad-setting" });
  });

  it("lays a mask over what a network makes of its image", async () => {
    const lab = new AskedLab();
    const names = ["slice-006.png", "slice-006-mask.png"];
    const [image, mask] = await lab.look(names.map((one) => join(PUBLIC_SAMPLES, "slices", one)));
    const { input } = await lab.open([picked(ONNX)]);
    const placed = await lab.call("mask", {
      mask: { image: mask, plane: "frame", index: 0 },
      of: {
        slice: { image, plane: "frame", index: 0 },
        preprocessing: unitPreprocessing(input),
      },
      size: { width: 128, height: 64 },
    });
    expect(placed).toMatchObject({ labels: [0, 255], isColour: false, largest: 255 });
    expect(placed.own).toEqual({ width: 256, height: 256 });
    expect(placed.marked).toHaveLength(128 * 64);
    expect([...placed.values]).toEqual([...placed.marked].map((one) => 255 * one));
    expect(new Set(placed.marked)).toEqual(new Set([0, 1]));
  });

  it("refuses an input size that the network does not take", async () => {
    const lab = new AskedLab();
    const { input } = await lab.open([picked(ONNX)]);
    const [image] = await lab.look([join(PUBLIC_SAMPLES, "slices/slice-006.png")]);
    const slice = { image, plane: "frame", index: 0 } as const;
    const preprocessing = { ...unitPreprocessing(input), width: 128 };
    await expect(lab.call("run", { slice, preprocessing })).rejects.toThrow(
      "256 x 256 pixels, not 256 x 128",
    );
  });

  it("says so before a network is open, and runs once it is", async () => {
    const lab = new AskedLab();
    const [image] = await lab.look([join(PUBLIC_SAMPLES, "slices/slice-006.png")]);
    const slice = { image, plane: "frame", index: 0 } as const;
    const run = () =>
      lab.call("maps", { slice, preprocessing: FULL_SIZE, layer: "encoder.0.conv1" });
    await expect(run()).rejects.toMatchObject({ code: "internal" });
    await lab.open([picked(ONNX)]);
    expect((await run()).maps.channels).toBe(16);
  });

  it("says what ONNX Runtime says in words of its own, and that it is of no more use", async () => {
    const { ort } = await loadRuntime();
    const broken = {
      Tensor: ort.Tensor,
      InferenceSession: {
        create: () => Promise.reject(new WebAssembly.RuntimeError("Aborted(OOM)")),
      },
    } as unknown as typeof ort;
    const lab = new AskedLab(() => Promise.resolve({ provider: "wasm", ort: broken, threads: 1 }));
    await expect(lab.open([picked(ONNX)])).rejects.toMatchObject({
      code: "too-large",
      details: "Aborted(OOM)",
    });
    expect(lab.isUnusable).toBe(true);
    await expect(lab.open([picked(ONNX)])).rejects.toThrow("start anew");
  });

  it("loads ONNX Runtime again after it could not be loaded", async () => {
    let times = 0;
    const lab = new AskedLab(() => {
      times += 1;
      return times === 1 ? Promise.reject(new Error("offline")) : loadRuntime();
    });
    await expect(lab.open([picked(ONNX)])).rejects.toThrow("offline");
    expect(lab.isUnusable).toBe(false);
    expect((await lab.open([picked(ONNX)])).layers).toHaveLength(18);
  });
});

const FULL_SIZE = {
  height: 256,
  width: 256,
  placement: "pad",
  window: { low: 0, high: 255 },
  scaling: "unit",
} as const;
