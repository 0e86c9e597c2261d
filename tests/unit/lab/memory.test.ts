import { join } from "node:path";
import * as ort from "onnxruntime-web/wasm";
import { expect, it } from "vitest";
import { POSTER_FEATURES } from "../../../src/core/features/clinicalKernels.ts";
import { MODELS_KEPT } from "../../../src/worker/lab/observation.ts";
import type { LabModel } from "../../../src/worker/lab/protocol.ts";
import {
  AskedLab,
  loadRuntime,
  PUBLIC_SAMPLES,
  picked,
  unitPreprocessing,
} from "../../support/labOf.ts";

/**
 * WebAssembly's memory grows by a fifth at a time and never shrinks. Free memory that lies in pieces
 * can cost one such step, in which round is chance; maps that are kept, some 2 MB each, take more of
 * them. Sessions that are kept would not be noticed here: they are counted.
 */
const ONE_GROWTH = 1.2;

/** Sessions that are open, counted where they are made and given back. */
function countedRuntime() {
  let open = 0;
  const InferenceSession = {
    async create(...settings: Parameters<typeof ort.InferenceSession.create>) {
      const session = await ort.InferenceSession.create(...settings);
      open += 1;
      const release = session.release.bind(session);
      session.release = () => {
        open -= 1;
        return release();
      };
      return session;
    },
  } as typeof ort.InferenceSession;
  return {
    openSessions: () => open,
    load: async () => ({ ...(await loadRuntime()), ort: { ...ort, InferenceSession } }),
  };
}

/** Memories that WebAssembly modules make from now on, so that their sizes can be read. */
function watchedMemories(): WebAssembly.Memory[] {
  const memories: WebAssembly.Memory[] = [];
  const { Memory } = WebAssembly;
  WebAssembly.Memory = class extends Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      super(descriptor);
      memories.push(this);
    }
  };
  return memories;
}

/** Runs, looks at more layers than are kept, and tries other kernels. */
async function round(lab: AskedLab, model: LabModel, image: string): Promise<void> {
  const slice = { image, plane: "frame", index: 0 } as const;
  const preprocessing = unitPreprocessing(model.input);
  await lab.call("run", { slice, preprocessing });
  const layers = model.layers.slice(0, MODELS_KEPT + 1);
  for (const { layer } of layers) {
    await lab.call("kernel", { slice, preprocessing, layer, kernel: 0, features: [] });
  }
  await lab.call("substitute", {
    slices: [{ slice, preprocessing, mask: null }],
    output: {
      name: model.outputs[0].name,
      rule: { kind: "threshold", channel: 0, threshold: 0.5 },
    },
    features: POSTER_FEATURES,
    labels: { grid: 64, threshold: 0.1 },
    trials: layers.slice(0, 1).map(({ layer }) => ({
      targets: [{ layer, members: null, labels: null }],
      replacement: { kind: "zero" } as const,
    })),
  });
}

it("takes no more memory for ten rounds than for one", async () => {
  const memories = watchedMemories();
  const { load, openSessions } = countedRuntime();
  const lab = new AskedLab(load);
  const files = [picked(join(PUBLIC_SAMPLES, "brain-unet.onnx"))];
  const model = await lab.open(files);
  const [image] = await lab.look([join(PUBLIC_SAMPLES, "slices/slice-006.png")]);
  expect(memories).toHaveLength(1);
  const [{ buffer: atFirst }] = memories;
  await round(lab, model, image);
  const afterOne = memories[0].buffer.byteLength;
  expect(afterOne).toBeGreaterThanOrEqual(atFirst.byteLength);
  for (let count = 0; count < 10; count++) await round(lab, model, image);
  expect(memories[0].buffer.byteLength).toBeLessThanOrEqual(afterOne * ONE_GROWTH);
  // The network, and the layers that were looked at last.
  expect(openSessions()).toBe(1 + MODELS_KEPT);
  // Another network takes the place of the one before.
  await lab.open(files);
  expect(openSessions()).toBe(1);
}, 120_000);
