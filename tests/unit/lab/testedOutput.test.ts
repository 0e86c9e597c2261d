import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { Preprocessing } from "../../../src/core/images/preprocessing.ts";
import type { MaskLabel } from "../../../src/core/maps/maskLabel.ts";
import type { MaskRule } from "../../../src/core/maps/maskRule.ts";
import type { Maps, SliceRef, TestedSlice } from "../../../src/worker/lab/protocol.ts";
import { classesModel } from "../../support/classesModel.ts";
import { AskedLab, PUBLIC_SAMPLES, unitPreprocessing } from "../../support/labOf.ts";
import { pngBytes } from "../images/pngWriter.ts";

const LARGEST: MaskRule = { kind: "largest", channel: 2 };

/** The same by plain loops. */
function slowMask({ channels, values }: Maps, rule: MaskRule): readonly boolean[] {
  const size = values.length / channels;
  return Array.from({ length: size }, (_, pixel) => {
    const all = Array.from({ length: channels }, (_, channel) => values[channel * size + pixel]);
    if (rule.kind === "threshold") return all[rule.channel] >= rule.threshold;
    return all.indexOf(Math.max(...all)) === rule.channel;
  });
}

function dice(a: readonly boolean[], b: readonly boolean[]): number {
  const both = a.filter((own, at) => own && b[at]).length;
  return (2 * both) / [...a, ...b].filter((own) => own).length;
}

describe("the output of several classes", () => {
  let lab: AskedLab;
  let first: SliceRef;
  let second: SliceRef;
  let mask: SliceRef;
  let unit: Preprocessing;

  beforeAll(async () => {
    lab = new AskedLab();
    const model = await lab.open([classesModel()]);
    unit = unitPreprocessing(model.input);
    const names = ["slice-006.png", "slice-010.png", "slice-006-mask.png"];
    const ids = await lab.look(names.map((name) => join(PUBLIC_SAMPLES, "slices", name)));
    [first, second, mask] = ids.map((image) => ({ image, plane: "frame", index: 0 }) as const);
  });

  async function output({ slice, preprocessing }: Omit<TestedSlice, "mask">): Promise<Maps> {
    return (await lab.call("run", { slice, preprocessing })).outputs[0];
  }

  /** With its first two kernels zero, the third class is where the mean is above 0.7. */
  async function tested(slices: readonly TestedSlice[], rule: MaskRule, label?: MaskLabel) {
    const members = Uint8Array.of(1, 1, 0);
    return lab.call("substitute", {
      slices,
      output: { name: "classes", rule, ...(label === undefined ? {} : { label }) },
      features: [],
      labels: { grid: 64, threshold: 0.1 },
      trials: [
        {
          targets: [{ layer: "weights", members, labels: null }],
          replacement: { kind: "zero" },
        },
      ],
    });
  }

  /** What `tested` makes of a slice, from what the network makes of it: classes 0 and 1 are their biases. */
  function replaced({ channels, height, width, values }: Maps): Maps {
    const size = height * width;
    const changed = values.slice();
    changed.fill(0.3, 0, size);
    changed.fill(0, size, 2 * size);
    return { channels, height, width, values: changed };
  }

  it("is tested by the largest class, as it is shown", async () => {
    const one = { slice: first, preprocessing: unit, mask };
    const { original, trials } = await tested([one], LARGEST);
    const own = await output(one);
    const [before, after] = [own, replaced(own)].map((maps) => slowMask(maps, LARGEST));
    expect(before.filter((isIn) => isIn).length).toBeGreaterThan(1000);
    expect(original.diceToOriginal).toBe(1);
    expect(trials[0]).toMatchObject({ replacedKernels: 2, correlation: expect.closeTo(1, 9) });
    expect(trials[0].diceToOriginal).toBeCloseTo(dice(before, after), 9);
    expect(trials[0].diceToOriginal).toBeLessThan(0.95);
    // Its own channel stays as it was: by a threshold nothing would be seen.
    const byThreshold = await tested([one], { kind: "threshold", channel: 2, threshold: 0 });
    expect(byThreshold.trials[0].diceToOriginal).toBe(1);
  });

  it("is tested on slices that are prepared each in its own way", async () => {
    const slices: readonly TestedSlice[] = [
      { slice: first, preprocessing: unit, mask },
      { slice: second, preprocessing: { ...unit, window: { low: 0, high: 120 } }, mask: null },
    ];
    const { trials } = await tested(slices, LARGEST);
    const outputs = await Promise.all(slices.map(output));
    const before = outputs.flatMap((maps) => slowMask(maps, LARGEST));
    const after = outputs.flatMap((maps) => slowMask(replaced(maps), LARGEST));
    expect(trials[0].diceToOriginal).toBeCloseTo(dice(before, after), 9);
    const alike = slices.map((one) => ({ ...one, preprocessing: unit }));
    expect((await tested(alike, LARGEST)).trials[0]).not.toEqual(trials[0]);
  });

  it("is compared with masks that are prepared as their image is", async () => {
    const turned = { slice: first, preprocessing: { ...unit, mirrored: true }, mask };
    const plain = { ...turned, preprocessing: unit };
    const rule: MaskRule = { kind: "threshold", channel: 2, threshold: -0.1 };
    const [a, b] = [await tested([turned], rule), await tested([plain], rule)];
    expect(a.original.diceToMasks).toBeGreaterThan(0.5);
    // Only the order of the pixels is another one, but for the padding's own.
    expect(a.original.diceToMasks).toBeCloseTo(b.original.diceToMasks ?? 0, 6);
  });

  it("is compared with the label of a mask that stands for the class", async () => {
    const shown = { slice: first, preprocessing: unit };
    const maps = await output(shown);
    const numbers = [0, 1, 2].map((channel) => slowMask(maps, { kind: "largest", channel }));
    const classes = numbers[0].map((_, pixel) => numbers.findIndex((own) => own[pixel]));
    // By numbers and by rank; on request a label of another class, or all that is marked.
    const byNumber = { ...shown, mask: await maskOf(classes) };
    expect((await tested([byNumber], LARGEST)).original.diceToMasks).toBe(1);
    const byRank = { ...shown, mask: await maskOf(classes.map((number) => 100 * number)) };
    expect((await tested([byRank], LARGEST)).original.diceToMasks).toBe(1);
    expect((await tested([byNumber], LARGEST, 1)).original.diceToMasks).toBe(0);
    const marked = classes.map((number) => number > 0);
    const all = (await tested([byNumber], LARGEST, "all")).original.diceToMasks;
    expect(all).toBeCloseTo(dice(numbers[2], marked), 9);
    expect(all).toBeLessThan(0.99);
  });

  it("is not compared where its mask says that nobody decided", async () => {
    const shown = { slice: first, preprocessing: unit };
    const right = slowMask(await output(shown), LARGEST);
    const isDecided = (pixel: number) => pixel % 5 !== 0;
    // Wrong in the upper half, undecided in every fifth pixel.
    const labels = right.map((isIn, pixel) => (isIn && pixel > 128 * 256 ? 2 : 1));
    const bordered = await maskOf(labels.map((one, pixel) => (isDecided(pixel) ? one : 255)));
    const counted = [...right.keys()].filter(isDecided);
    const [own, given] = [right, labels.map((one) => one === 2)].map((all) =>
      counted.map((pixel) => all[pixel]),
    );
    const { original } = await tested([{ ...shown, mask: bordered }], LARGEST);
    expect(original.diceToMasks).toBeCloseTo(dice(own, given), 9);
    expect(original.diceToMasks).toBeLessThan(0.95);
    expect(original.diceToMasks).toBeGreaterThan(0.2);
  });

  /** A mask of the first slice, opened in the lab. */
  async function maskOf(samples: readonly number[]): Promise<SliceRef> {
    const bytes = pngBytes({ width: 256, height: 256, bitDepth: 8, colourType: 0, samples });
    const file = { path: "labels.png", file: new File([bytes], "labels.png") };
    const { images } = await lab.call("images", { files: [file] });
    return { image: images[0].id, plane: "frame", index: 0 };
  }

  it("refuses a class that is not there", async () => {
    const one = { slice: first, preprocessing: unit, mask };
    await expect(tested([one], { kind: "largest", channel: 3 })).rejects.toMatchObject({
      code: "bad-setting",
    });
  });
});
