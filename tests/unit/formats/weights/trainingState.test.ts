import { describe, expect, it } from "vitest";
import { withoutTrainingState } from "../../../../src/core/formats/weights/trainingState.ts";
import { tensor } from "../../../support/weightTensors.ts";

const kept = (names: readonly string[]) => {
  const { tensors, warnings } = withoutTrainingState(
    names.map((name) => tensor(name, [8, 4, 3, 3])),
  );
  return { names: tensors.map(({ name }) => name), warnings };
};

describe("withoutTrainingState", () => {
  it.each([
    ["PyTorch", ["conv.weight", "optimizer.state.0.exp_avg", "optimizer.state.0.exp_avg_sq"]],
    ["PyTorch, SGD", ["conv.weight", "state.0.momentum_buffer"]],
    ["TensorFlow", ["conv.weight", "conv.weight/Adam", "conv.weight/Adam_1"]],
    ["Keras", ["conv.weight", "Adam/conv.weight/m", "RMSprop/conv.weight"]],
    ["Optax", ["conv.weight", "opt_state/0/mu/conv.weight", "opt_state/0/nu/conv.weight"]],
    ["moments beside what they belong to", ["conv.weight", "m/conv.weight", "conv.weight/v"]],
  ])("sets optimizer state aside: %s", (_, names) => {
    expect(kept(names)).toEqual({ names: ["conv.weight"], warnings: [] });
  });

  it.each([
    ["ema.conv.weight"],
    ["model_ema.conv.weight"],
    ["ema_model.module.conv.weight".replace("module.", "")],
    ["conv.weight/ExponentialMovingAverage"],
  ])("counts one of two twins and says so: %s", (twin) => {
    const { names, warnings } = kept(["model.conv.weight", "conv.weight", twin]);
    expect(names).toEqual(["model.conv.weight", "conv.weight"]);
    expect(warnings).toEqual([expect.stringMatching(/holds 1 weights twice.*EMA/)]);
  });

  it("knows the twins of latent diffusion, whose names have lost their dots", () => {
    const names = ["model.diffusion_model.out.2.weight", "model_ema.diffusion_modelout2weight"];
    expect(kept(names).names).toEqual(names.slice(0, 1));
  });

  it("keeps averages that are all there is, and modules that happen to have such names", () => {
    for (const names of [
      ["ema.conv.weight"],
      ["model.2.m.0.cv1.weight", "model.20.cv1.weight"],
      ["attention.v.weight", "attention.q.weight"],
      ["block.ema.conv.weight", "other.conv.weight"],
      ["m.weight", "conv.bias"],
    ]) {
      expect(kept(names)).toEqual({ names, warnings: [] });
    }
  });
});
