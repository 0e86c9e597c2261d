import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { POSTER_FEATURES } from "../../../src/core/features/clinicalKernels.ts";
import type { Replacement } from "../../../src/core/substitution/replacement.ts";
import type { TrialResult } from "../../../src/core/substitution/trial.ts";
import type { LabEvent, SubstitutionRequest } from "../../../src/worker/lab/protocol.ts";
import { laneCount, type TrialLanes, trialLane } from "../../../src/worker/lab/trialLanes.ts";
import type { TrialTask } from "../../../src/worker/lab/trialTask.ts";
import { FakeWorker } from "../../support/fakeWorker.ts";
import {
  AskedLab,
  loadRuntime,
  PUBLIC_SAMPLES,
  picked,
  unitPreprocessing,
} from "../../support/labOf.ts";

const REPLACEMENTS: readonly Replacement[] = [
  { kind: "best-fit" },
  { kind: "rounded", bits: 3 },
  { kind: "zero" },
  { kind: "random", draw: 0 },
];

/** Two lanes in this thread; those whose number `fails` names never load ONNX Runtime. */
function twoLanes(fails: (lane: number) => boolean = () => false) {
  const workers: FakeWorker[] = [];
  const lanes: TrialLanes = {
    count: 2,
    start() {
      const lane = workers.length;
      const load = () => (fails(lane) ? Promise.reject(new Error("no memory")) : loadRuntime());
      const worker = FakeWorker.of<TrialTask, number, null, TrialResult, never>((task) =>
        trialLane(task, load),
      );
      workers.push(worker);
      return worker;
    },
  };
  return { lanes, workers };
}

async function openLab(lanes: TrialLanes | null) {
  const lab = new AskedLab(loadRuntime, lanes);
  const model = await lab.open([picked(join(PUBLIC_SAMPLES, "brain-unet.onnx"))]);
  const stems = ["006", "010"].map((number) => join(PUBLIC_SAMPLES, "slices", `slice-${number}`));
  const images = await lab.look(stems.flatMap((stem) => [`${stem}.png`, `${stem}-mask.png`]));
  const refs = images.map((image) => ({ image, plane: "frame", index: 0 }) as const);
  const layers = ["encoder.0.conv1", "bottleneck.conv1", "decoder.3.conv2"];
  const request: SubstitutionRequest = {
    slices: [0, 2].map((at) => ({
      slice: refs[at],
      mask: refs[at + 1],
      preprocessing: unitPreprocessing(model.input),
    })),
    output: {
      name: model.outputs[0].name,
      rule: { kind: "threshold", channel: 0, threshold: 0.5 },
    },
    features: POSTER_FEATURES,
    labels: { grid: 64, threshold: 0.1 },
    trials: layers.flatMap((layer) =>
      REPLACEMENTS.map((replacement) => ({
        targets: [{ layer, members: null, labels: null }],
        replacement,
      })),
    ),
  };
  return { lab, request };
}

async function resultWith(lanes: TrialLanes | null) {
  const { lab, request } = await openLab(lanes);
  const events: LabEvent[] = [];
  const result = await lab.call("substitute", request, (event) => events.push(event));
  return { result, events };
}

describe("trials in lanes", () => {
  let oneByOne: Awaited<ReturnType<typeof resultWith>>;
  beforeAll(async () => {
    oneByOne = await resultWith(null);
  });

  it("give what they give one after the other, and end their workers", async () => {
    const { lanes, workers } = twoLanes();
    const inLanes = await resultWith(lanes);
    expect(inLanes.result.trials).toEqual(oneByOne.result.trials);
    expect(inLanes.result.original).toEqual(oneByOne.result.original);
    expect(workers).toHaveLength(2);
    expect(workers.every(({ isEnded }) => isEnded)).toBe(true);
    const trials = inLanes.events.flatMap((event) => (event.kind === "trial" ? [event] : []));
    expect(trials).toHaveLength(12);
    const shares = inLanes.events.flatMap((event) =>
      event.kind === "progress" ? [event.share] : [],
    );
    expect(shares).toHaveLength(2 * 13);
    expect(shares.at(-1)).toBe(1);
  });

  it("are done by the lanes that are left, and without any by the lab itself", async () => {
    const expected = oneByOne.result.trials;
    const one = twoLanes((lane) => lane === 0);
    expect((await resultWith(one.lanes)).result.trials).toEqual(expected);
    const none = twoLanes(() => true);
    expect((await resultWith(none.lanes)).result.trials).toEqual(expected);
    expect(none.workers).toHaveLength(2);
  });

  it("end when the test is cancelled", async () => {
    const { lanes, workers } = twoLanes();
    const { lab, request } = await openLab(lanes);
    const controller = new AbortController();
    const onEvent = (event: LabEvent) => {
      if (event.kind === "trial") controller.abort();
    };
    await expect(lab.call("substitute", request, onEvent, controller.signal)).rejects.toMatchObject(
      { code: "cancelled" },
    );
    expect(workers.every(({ isEnded }) => isEnded)).toBe(true);
  });

  it("are not started for a few runs", async () => {
    const { lanes, workers } = twoLanes();
    const { lab, request } = await openLab(lanes);
    const few = { ...request, trials: request.trials.slice(0, 2) };
    expect((await lab.call("substitute", few)).trials).toHaveLength(2);
    expect(workers).toHaveLength(0);
  });

  it("are as many as cores, within reason", () => {
    expect([0, 1, 2, 4, 64].map(laneCount)).toEqual([1, 1, 2, 4, 4]);
  });
});
