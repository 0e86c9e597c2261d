import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { POSTER_FEATURES } from "../../../src/core/features/clinicalKernels.ts";
import type {
  LabEvent,
  LabModel,
  SubstitutionRequest,
  TestedSlice,
} from "../../../src/worker/lab/protocol.ts";
import {
  AskedLab,
  PUBLIC_SAMPLES,
  picked,
  SAMPLES,
  unitPreprocessing,
} from "../../support/labOf.ts";

const ONNX = join(PUBLIC_SAMPLES, "brain-unet.onnx");
const LAYER = "encoder.1.conv2";

async function slicesOf(
  lab: AskedLab,
  model: LabModel,
  numbers: readonly string[],
): Promise<TestedSlice[]> {
  const slices: TestedSlice[] = [];
  for (const number of numbers) {
    const stem = join(PUBLIC_SAMPLES, "slices", `slice-${number}`);
    const [image, mask] = await lab.look([`${stem}.png`, `${stem}-mask.png`]);
    slices.push({
      slice: { image, plane: "frame", index: 0 },
      preprocessing: unitPreprocessing(model.input),
      mask: { image: mask, plane: "frame", index: 0 },
    });
  }
  return slices;
}

function requestOf(
  model: LabModel,
  slices: readonly TestedSlice[],
  trials: SubstitutionRequest["trials"],
): SubstitutionRequest {
  return {
    slices,
    output: {
      name: model.outputs[0].name,
      rule: { kind: "threshold", channel: 0, threshold: 0.5 },
    },
    features: POSTER_FEATURES,
    labels: { grid: 64, threshold: 0.1 },
    trials,
  };
}

const all = (layer: string) => ({ layer, members: null, labels: null });

describe("the substitution test", () => {
  it("measures each trial, tells it when it ends, and leaves the network as it was", async () => {
    const lab = new AskedLab();
    const model = await lab.open([picked(ONNX)]);
    const slices = await slicesOf(lab, model, ["006", "010"]);
    const none = new Uint8Array(256);
    const request = requestOf(model, slices, [
      { targets: [all(LAYER)], replacement: { kind: "zero" } },
      { targets: [{ ...all(LAYER), members: none }], replacement: { kind: "zero" } },
      { targets: [all(LAYER)], replacement: { kind: "low-rank", rank: 1 } },
    ]);
    const events: LabEvent[] = [];
    const result = await lab.call("substitute", request, (event) => events.push(event));
    expect(result.original).toMatchObject({ diceToOriginal: 1 });
    expect(result.original.correlation).toBeCloseTo(1, 12);
    expect(result.original.diceToMasks).toBeGreaterThan(0.9);
    const [zero, same, lowRank] = result.trials;
    expect(zero).toMatchObject({ trial: 0, replacedKernels: 256 });
    expect(zero.diceToOriginal).toBeLessThan(0.01);
    expect(same).toEqual({ ...result.original, trial: 1, replacedKernels: 0 });
    expect(lowRank.diceToOriginal).toBeGreaterThan(0.9);
    expect(lowRank.diceToOriginal).toBeLessThan(1);
    const told = events.flatMap((event) => (event.kind === "trial" ? [event] : []));
    expect(told.map((event) => event.result)).toEqual(result.trials);
    expect(told.every(({ original }) => original.diceToOriginal === 1)).toBe(true);
    const shares = events.flatMap((event) => (event.kind === "progress" ? [event.share] : []));
    expect(shares).toHaveLength(2 * 4);
    expect(shares.at(-1)).toBe(1);
    const { slice, preprocessing } = slices[0];
    const { outputs } = await lab.call("run", { slice, preprocessing });
    const again = new AskedLab();
    await slicesOf(again, await again.open([picked(ONNX)]), ["006"]);
    const fresh = await again.call("run", { slice, preprocessing });
    expect(outputs[0].values).toEqual(fresh.outputs[0].values);
  });

  it("gives the same in every form of the file", async () => {
    const files = [
      [picked(ONNX)],
      [picked(join(SAMPLES, "brain-unet-f16.onnx"))],
      [picked(join(PUBLIC_SAMPLES, "brain-unet.h5"))],
    ];
    const found = [];
    for (const file of files) {
      const lab = new AskedLab();
      const model = await lab.open(file);
      const slices = await slicesOf(lab, model, ["006"]);
      // The same layer under each file's own name.
      const { layer } = model.layers[3];
      const result = await lab.call(
        "substitute",
        requestOf(model, slices, [
          { targets: [all(layer)], replacement: { kind: "best-fit" } },
          { targets: [all(layer)], replacement: { kind: "label" } },
        ]),
      );
      found.push(result.trials.map(({ diceToMasks }) => diceToMasks ?? 0));
    }
    for (const other of found.slice(1)) {
      for (const [trial, dice] of other.entries()) expect(dice).toBeCloseTo(found[0][trial], 2);
    }
  });

  it("takes labels that are given, and members of two groups of one layer", async () => {
    const lab = new AskedLab();
    const model = await lab.open([picked(ONNX)]);
    const slices = await slicesOf(lab, model, ["006"]);
    const even = Uint8Array.from({ length: 256 }, (_, kernel) => (kernel + 1) % 2);
    const odd = even.map((member) => 1 - member);
    const none = new Int8Array(256).fill(-1);
    const { trials } = await lab.call(
      "substitute",
      requestOf(model, slices, [
        { targets: [{ ...all(LAYER), labels: none }], replacement: { kind: "label" } },
        {
          targets: [
            { ...all(LAYER), members: even },
            { ...all(LAYER), members: odd },
          ],
          replacement: { kind: "zero" },
        },
        { targets: [all(LAYER)], replacement: { kind: "zero" } },
      ]),
    );
    expect(trials[0]).toMatchObject({ replacedKernels: 0, diceToOriginal: 1 });
    expect({ ...trials[1], trial: 2 }).toEqual(trials[2]);
  });

  it("compares with the network itself where there are no masks", async () => {
    const lab = new AskedLab();
    const model = await lab.open([picked(ONNX)]);
    const [one] = await slicesOf(lab, model, ["006"]);
    const trial = { targets: [all(LAYER)], replacement: { kind: "rounded", bits: 8 } } as const;
    const request = requestOf(model, [{ ...one, mask: null }], [trial]);
    const { original, trials } = await lab.call("substitute", request);
    expect(original.diceToMasks).toBeNull();
    expect(trials[0].diceToMasks).toBeNull();
    expect(trials[0].diceToOriginal).toBeGreaterThan(0.99);
  });

  it("stops within one run when it is cancelled", async () => {
    const lab = new AskedLab();
    const model = await lab.open([picked(ONNX)]);
    const slices = await slicesOf(lab, model, ["006", "010"]);
    const replacement = { kind: "random", draw: 0 } as const;
    const trials = Array.from({ length: 40 }, () => ({ targets: [all(LAYER)], replacement }));
    const controller = new AbortController();
    let runs = 0;
    const onEvent = (event: LabEvent) => {
      if (event.kind !== "progress") return;
      runs += 1;
      if (runs === 5) controller.abort();
    };
    const request = requestOf(model, slices, trials);
    await expect(lab.call("substitute", request, onEvent, controller.signal)).rejects.toMatchObject(
      { code: "cancelled" },
    );
    expect(runs).toBe(5);
    // And works on.
    const short = requestOf(model, slices, trials.slice(0, 1));
    expect((await lab.call("substitute", short)).trials).toHaveLength(1);
  });

  it("lets other questions in between two runs", async () => {
    const lab = new AskedLab();
    const model = await lab.open([picked(ONNX)]);
    const slices = await slicesOf(lab, model, ["006"]);
    const replacement = { kind: "random", draw: 0 } as const;
    const trials = Array.from({ length: 20 }, () => ({ targets: [all(LAYER)], replacement }));
    const request = requestOf(model, slices, trials);
    let isDone = false;
    const testing = lab.call("substitute", request).then((result) => {
      isDone = true;
      return result;
    });
    const { slice, preprocessing } = slices[0];
    await lab.call("run", { slice, preprocessing });
    expect(isDone).toBe(false);
    expect((await testing).trials).toHaveLength(20);
  });

  it("goes on with images that are removed while it runs", async () => {
    const lab = new AskedLab();
    const model = await lab.open([picked(ONNX)]);
    const slices = await slicesOf(lab, model, ["006", "010"]);
    const replacement = { kind: "random", draw: 0 } as const;
    const request = requestOf(model, slices, [{ targets: [all(LAYER)], replacement }]);
    const whole = await lab.call("substitute", request);
    let hasBegun = () => {};
    const begun = new Promise<void>((resolve) => {
      hasBegun = resolve;
    });
    const testing = lab.call("substitute", request, hasBegun);
    await begun;
    for (const { slice, mask } of slices) {
      for (const gone of [slice, mask]) {
        if (gone !== null) await lab.call("forget", { image: gone.image });
      }
    }
    expect(await testing).toMatchObject({ original: whole.original, trials: whole.trials });
    await expect(lab.call("substitute", request)).rejects.toMatchObject({ code: "bad-setting" });
  });

  it("refuses what is not there", async () => {
    const lab = new AskedLab();
    const model = await lab.open([picked(ONNX)]);
    const slices = await slicesOf(lab, model, ["006"]);
    const trial = { targets: [all("nowhere")], replacement: { kind: "zero" } } as const;
    await expect(lab.call("substitute", requestOf(model, slices, [trial]))).rejects.toMatchObject({
      code: "bad-setting",
    });
    const request = requestOf(model, slices, []);
    const rule = { kind: "threshold", channel: 1, threshold: 0.5 } as const;
    const output = { ...request.output, rule };
    await expect(lab.call("substitute", { ...request, output })).rejects.toMatchObject({
      code: "bad-setting",
    });
  });
});
