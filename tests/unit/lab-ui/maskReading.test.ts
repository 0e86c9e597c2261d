import { describe, expect, it } from "vitest";
import type { Picture } from "../../../src/core/images/image.ts";
import { preparedMask } from "../../../src/core/images/preparedMask.ts";
import type { Preprocessing } from "../../../src/core/images/preprocessing.ts";
import { chosenClass, maskLabelOf, ruleOf, withClass } from "../../../src/ui/lab/labSelectors.ts";
import type { OutputChoice } from "../../../src/ui/lab/labState.ts";
import {
  areasOfClasses,
  labelNotes,
  labelText,
  sizeNote,
} from "../../../src/ui/lab/maskReading.ts";
import type { PlacedMask } from "../../../src/worker/lab/protocol.ts";

const SIZE = { width: 6, height: 1 };

const AS_IT_IS: Preprocessing = {
  ...{ ...SIZE, placement: "pad", window: { low: 0, high: 1 }, scaling: "raw" },
};

/** A mask over an image of its size. */
function placed(channels: Picture["channels"], ...values: readonly number[]): PlacedMask {
  const picture = { ...SIZE, channels, values: Float32Array.from(values) };
  const place = { preprocessing: AS_IT_IS, image: SIZE, size: SIZE };
  const prepared = preparedMask(picture, place);
  return { ...prepared, largest: Math.max(...values), palette: null, own: SIZE, image: SIZE };
}

const OWN = { classes: 4, numbers: Int32Array.of(0, 1, 1, 2, 2, 0) };

describe("a mask of several labels", () => {
  const mask = placed(1, 0, 1, 0, 2, 2, 3);

  it("is compared class by class", () => {
    expect(areasOfClasses(OWN, 4, mask, {})).toEqual([
      { number: 0, share: 2 / 6, dice: 2 / 4 },
      { number: 1, share: 2 / 6, dice: 2 / 3 },
      { number: 2, share: 2 / 6, dice: 1 },
      { number: 3, share: 0, dice: 0 },
    ]);
  });

  it("counts as a person said", () => {
    const said = { 1: 3, 2: "all" } as const;
    const areas = areasOfClasses(OWN, 4, mask, said);
    // Nothing of class 1 has the label 3, and all that is marked is no class of its own.
    expect(areas.map(({ dice }) => dice)).toEqual([2 / 4, 0, null, 0]);
  });

  it("says nothing of classes where it marks one thing", () => {
    const areas = areasOfClasses(OWN, 4, placed(1, 0, 255, 255, 0, 0, 0), {});
    expect(areas.map(({ dice }) => dice)).toEqual([4 / 6, null, null, null]);
  });

  it("counts where classes are named one by one, those too that are not named here", () => {
    const own = { classes: 2, numbers: Int32Array.of(0, 1, 1, 0, 0, 0) };
    const areas = areasOfClasses(own, null, mask, {});
    expect(areas.map(({ dice }) => dice)).toEqual([2 / 6, 2 / 3, 0, 0]);
    // Greys stand for no numbers.
    const greys = areasOfClasses(own, null, placed(1, 0, 85, 85, 170, 170, 0), {});
    expect(greys.map(({ dice }) => dice)).toEqual([4 / 6, null]);
    expect(areasOfClasses(own, null, null, {})).toHaveLength(2);
  });

  it("is compared without label 255, which is no class", () => {
    const voc = placed(1, 0, 1, 255, 2, 2, 255);
    const expected = [2 / 2, 2 / 2, 2 / 2, null];
    // Pixels 2 and 5 are left out: of class 1 stays pixel 1, of the background pixel 0.
    expect(areasOfClasses(OWN, 4, voc, {}).map(({ dice }) => dice)).toEqual(expected);
    // Where classes are named one by one, there are not 256 of them.
    expect(areasOfClasses(OWN, null, voc, {}).map(({ dice }) => dice)).toEqual(expected);
    // A person may say that it is a class: of class 3 nothing is marked.
    expect(areasOfClasses(OWN, 4, voc, { 3: 255 }).map(({ dice }) => dice)).toEqual([1, 1, 1, 0]);
  });

  it("says that label 255 is left out, where it is there", () => {
    const voc = placed(1, 0, 1, 255, 2, 2, 255);
    const note =
      "Label 255 is left out: by custom it is on borders and on what nobody could decide. There nothing counts, for or against.";
    expect(labelNotes(voc, 255)).toEqual([note]);
    expect(labelNotes(voc, null)).toEqual([]);
    // It may be in another slice of a volume.
    expect(labelNotes(mask, 255)).toEqual([]);
  });

  it("that has another size than its image says so", () => {
    expect(sizeNote(mask)).toBeNull();
    expect(sizeNote({ ...mask, image: { width: 3, height: 1 } })).toBe(
      "The mask has 6 × 1 pixels and the image 3 × 1: it is stretched over the image.",
    );
  });

  it("has names for its labels", () => {
    expect(labelText(2, mask)).toBe("value 2");
    const colours = placed(3, 255, 0, 0, ...Array<number>(15).fill(0));
    expect(labelText(0xff0000, colours)).toBe("colour #ff0000");
    const palette = [0, 0x800000, 0x008000];
    expect(labelText(2, { isColour: false, palette })).toBe("number 2 (#008000)");
    // Of a slice, or of a person, that knows of more labels than the palette has.
    expect(labelText(9, { isColour: false, palette })).toBe("number 9");
  });

  it("says that its labels are numbers of a palette, where they name more than one thing", () => {
    const palette = [0, 0x800000, 0x008000];
    expect(labelNotes({ ...mask, palette }, null)).toEqual([
      "The labels of this mask are the numbers that its colours have in its file, not the colours.",
    ]);
    expect(labelNotes({ ...mask, palette: null }, null)).toEqual([]);
    expect(labelNotes({ ...mask, labels: [0, 1], palette }, null)).toEqual([]);
  });
});

describe("the class that is looked at", () => {
  const choice: OutputChoice = {
    ...{ name: "out", channel: 1, threshold: 0.5, showsSigmoid: false },
    ...{ marks: "largest", classNumber: 1 },
  };

  it("is a channel, or a number that one channel names", () => {
    expect(ruleOf(withClass(choice, 3))).toEqual({ kind: "largest", channel: 3 });
    const named = withClass({ ...choice, channel: 0, marks: "threshold" }, 3);
    expect(ruleOf(named)).toEqual({ kind: "named", channel: 0, classNumber: 3 });
    expect(chosenClass(named)).toBe(3);
  });

  it("has its own label of masks", () => {
    const maskLabels = { 3: "all" } as const;
    expect(maskLabelOf({ maskLabels }, choice)).toBe("proposed");
    expect(maskLabelOf({ maskLabels }, { ...choice, channel: 3 })).toBe("all");
  });
});
