import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { EngineReport, SubstitutionRequest } from "../../../src/worker/lab/protocol.ts";
import type { GraphicsLoader } from "../../../src/worker/lab/runtime.ts";
import type { TrialLanes } from "../../../src/worker/lab/trialLanes.ts";
import {
  AskedLab,
  loadRuntime,
  PUBLIC_SAMPLES,
  picked,
  unitPreprocessing,
} from "../../support/labOf.ts";

/**
 * ONNX Runtime on this processor in the place of a graphics processor, and what was asked of it;
 * it fails where `isLost` says so.
 */
function secondRuntime(isLost: () => boolean = () => false) {
  const asked = { started: 0, runs: 0 };
  const load: GraphicsLoader = async () => {
    const { ort } = await loadRuntime();
    const InferenceSession = {
      async create(model: Uint8Array, options: object) {
        asked.started += 1;
        const session = await ort.InferenceSession.create(model, {
          ...options,
          executionProviders: ["wasm"],
        });
        const run = session.run.bind(session);
        session.run = async (...settings: unknown[]) => {
          asked.runs += 1;
          if (isLost()) throw new Error("the device was lost");
          return run(...(settings as Parameters<typeof run>));
        };
        return session;
      },
    } as typeof ort.InferenceSession;
    return { provider: "webgpu", ort: { ...ort, InferenceSession }, threads: 1 };
  };
  return { load, asked };
}

const NO_LANES: TrialLanes = {
  count: 2,
  start: () => {
    throw new Error("no lane is to be started");
  },
};

/** A lab whose first image has been run, and that has decided. */
async function decidedLab(load: GraphicsLoader) {
  let tell: (report: EngineReport) => void = () => undefined;
  const reports: EngineReport[] = [];
  const decided = new Promise<void>((resolve) => {
    tell = (report) => {
      reports.push(report);
      resolve();
    };
  });
  const lab = new AskedLab(loadRuntime, NO_LANES, { loadGraphics: load, onEngine: tell });
  const input = {
    kind: "files",
    files: [picked(join(PUBLIC_SAMPLES, "brain-unet.onnx"))],
  } as const;
  // Both are the same here: which is faster is a matter of chance.
  const model = await lab.call("open", { input, choice: "webgpu" });
  const [image] = await lab.look([join(PUBLIC_SAMPLES, "slices/slice-006.png")]);
  const slice = { image, plane: "frame", index: 0 } as const;
  const tested = { slice, preprocessing: unitPreprocessing(model.input) };
  const first = await lab.call("run", tested);
  await decided;
  const layers = ["encoder.0.conv1", "decoder.3.conv2"];
  const request: SubstitutionRequest = {
    slices: [{ ...tested, mask: null }],
    output: {
      name: model.outputs[0].name,
      rule: { kind: "threshold", channel: 0, threshold: 0.5 },
    },
    features: [],
    labels: { grid: 64, threshold: 0.1 },
    // As many as would be worth lanes.
    trials: Array.from({ length: 24 }, (_, draw) => ({
      targets: layers.map((layer) => ({ layer, members: null, labels: null })),
      replacement: { kind: "random", draw: draw % 2 } as const,
    })),
  };
  return { lab, model, tested, first, reports, request };
}

describe("a lab with a graphics processor", () => {
  it("answers first with the processor, and then with the other, the same", async () => {
    const { load, asked } = secondRuntime();
    const { lab, model, tested, first, reports } = await decidedLab(load);
    expect(model.engine).toMatchObject({ isDecided: false, engine: { provider: "wasm" } });
    expect(first.engine.provider).toBe("wasm");
    expect(reports).toMatchObject([{ isDecided: true, engine: { provider: "webgpu" } }]);
    const before = asked.runs;
    const second = await lab.call("run", tested);
    expect(second.engine.provider).toBe("webgpu");
    expect(second.outputs).toEqual(first.outputs);
    await lab.call("kernel", { ...tested, layer: "encoder.2.conv1", kernel: 3, features: [] });
    expect(asked.runs).toBe(before + 2);
    expect(asked.started).toBe(2);
  });

  it("tries kernels there without lanes, and gives what the processor gives", async () => {
    const { load, asked } = secondRuntime();
    const { lab, request } = await decidedLab(load);
    const before = asked.runs;
    const there = await lab.call("substitute", request);
    expect(asked.runs).toBe(before + 25);
    const few = { ...request, trials: request.trials.slice(0, 2) };
    await lab.call("engine", { choice: "wasm" });
    const here = await lab.call("substitute", few);
    expect(here.trials).toEqual(there.trials.slice(0, 2));
    expect(asked.runs).toBe(before + 25);
  });

  it("goes on where that is lost in the middle of a test, and says so", async () => {
    let left = Number.POSITIVE_INFINITY;
    const { load, asked } = secondRuntime(() => left-- <= 0);
    const { lab, request, reports, tested } = await decidedLab(load);
    left = 10;
    const result = await lab.call("substitute", request);
    expect(result.trials).toHaveLength(24);
    expect(result.trials[22]).toEqual({ ...result.trials[0], trial: 22 });
    expect(reports.at(-1)).toMatchObject({
      engine: { provider: "wasm" },
      remark: expect.stringContaining("could not run this network"),
    });
    const before = asked.runs;
    expect((await lab.call("run", tested)).engine.provider).toBe("wasm");
    expect(asked.runs).toBe(before);
    expect(lab.isUnusable).toBe(false);
  });
});
