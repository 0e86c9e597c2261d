import { describe, expect, it } from "vitest";
import type { Picture } from "../../../src/core/images/image.ts";
import { maskReader } from "../../../src/core/images/maskLabels.ts";
import {
  askedClass,
  chosenLabel,
  type LabelledMask,
  labelOfClass,
  leftOutLabel,
} from "../../../src/core/maps/maskLabel.ts";

function mask(...values: readonly number[]): Picture {
  return { width: values.length, height: 1, channels: 1, values: Float32Array.from(values) };
}

function labelledMask(picture: Picture, largest: number): LabelledMask {
  return { ...maskReader(picture), largest };
}

/** What is proposed for each of four classes. */
function proposals(picture: Picture, high = Math.max(...picture.values), classes = 4) {
  const labelled = labelledMask(picture, high);
  return [0, 1, 2, 3].map((number) => labelOfClass({ number, classes }, labelled));
}

describe("the label of a mask that is proposed for a class", () => {
  it("is the class's own number where labels are numbers of classes", () => {
    expect(proposals(mask(0, 1, 2, 3))).toEqual([0, 1, 2, 3]);
    // Class 2 is not marked in this picture.
    expect(proposals(mask(0, 1, 3))).toEqual([0, 1, 2, 3]);
  });

  it("is so in a slice that shows only one of its volume's labels", () => {
    expect(proposals(mask(0, 0, 1), 3)).toEqual([0, 1, 2, 3]);
  });

  it("is the one of the same rank where greys stand for classes", () => {
    expect(proposals(mask(0, 85, 170, 255))).toEqual([0, 85, 170, 255]);
    expect(proposals(mask(0, 1, 2, 4))).toEqual([0, 1, 2, 4]);
  });

  it("is all that is marked where a mask marks one thing", () => {
    for (const picture of [mask(0, 1), mask(0, 255), mask(0, 0)]) {
      expect(proposals(picture)).toEqual([0, "all", "all", "all"]);
    }
  });

  it("is all that is marked where nothing tells: missing greys, colours, too many values", () => {
    expect(proposals(mask(0, 85, 255))).toEqual([0, "all", "all", "all"]);
    const many = mask(...Array.from({ length: 100 }, (_, at) => at));
    expect(proposals(many)).toEqual(["all", "all", "all", "all"]);
    const colours: Picture = {
      ...{ width: 3, height: 1, channels: 3 },
      values: Float32Array.of(0, 0, 0, 255, 0, 0, 0, 255, 0),
    };
    expect(proposals(colours, 255, 3)).toEqual([0, "all", "all", "all"]);
  });

  it("is all that is marked for thresholds, whose classes may overlap", () => {
    const labelled = labelledMask(mask(0, 1, 2), 2);
    const asked = askedClass({ kind: "threshold", channel: 1, threshold: 0.5 }, 3);
    expect(labelOfClass(asked, labelled)).toBe("all");
  });

  it("gives way to what a person said", () => {
    const labelled = labelledMask(mask(0, 1, 2), 2);
    const asked = { number: 1, classes: 3 };
    const chosen = (["proposed", "all", 2] as const).map((said) =>
      chosenLabel(said, asked, labelled),
    );
    expect(chosen.map(({ label }) => label)).toEqual([1, "all", 2]);
  });

  it("is the number that an argmax names", () => {
    const rule = { kind: "named", channel: 0, classNumber: 2 } as const;
    const asked = askedClass(rule, 1);
    expect(labelOfClass(asked, labelledMask(mask(0, 1, 2, 4), 4))).toBe(2);
    expect(labelOfClass(asked, labelledMask(mask(0, 255), 255))).toBe("all");
  });
});

describe("label 255 beside numbers of classes", () => {
  /** What is left out where there are so many classes; null: it is not told. */
  const leftOut = (picture: Picture, classes: number | null) =>
    leftOutLabel(classes, labelledMask(picture, Math.max(...picture.values)));

  it("is no class, and does not keep the others from being numbers", () => {
    expect(proposals(mask(0, 1, 2, 255))).toEqual([0, 1, 2, 3]);
    // As many labels as classes: 1 is a number all the same, and no grey.
    expect(proposals(mask(0, 1, 255), 255, 3)).toEqual([0, 1, 2, 3]);
    const voc = { number: 15, classes: 21 };
    expect(labelOfClass(voc, labelledMask(mask(0, 15, 255), 255))).toBe(15);
    const named = { number: 15, classes: null };
    expect(labelOfClass(named, labelledMask(mask(0, 15, 255), 255))).toBe(15);
  });

  it("is none of as many labels as classes, which are told by their rank", () => {
    expect(proposals(mask(0, 15, 20, 255), 255, 3).slice(0, 3)).toEqual([0, 15, 20]);
  });

  it("may be in another slice than the one that is looked at", () => {
    expect(proposals(mask(0, 1), 255, 3)).toEqual([0, 1, 2, 3]);
  });

  it("is left out", () => {
    expect(leftOut(mask(0, 1, 2, 255), 4)).toBe(255);
    expect(leftOut(mask(1, 255), 4)).toBe(255);
    expect(leftOut(mask(0, 15, 255), null)).toBe(255);
    // A class 15 that this network does not know: what is marked is one thing, its border is none.
    expect(leftOut(mask(0, 15, 255), 2)).toBe(255);
  });

  it.each([
    ["marks the one thing", mask(0, 255), 4],
    ["marks all", mask(255, 255), 4],
    ["is one of greys", mask(0, 128, 255), null],
    ["is the last of as many greys as classes", mask(0, 50, 255), 3],
    ["is a class itself", mask(0, 1, 255), 256],
    ["stands beside what is no number", mask(0, 0.5, 255), 4],
    ["stands below others", mask(0, 1, 255, 300), 4],
    ["is not there", mask(0, 1, 254), 4],
  ])("counts where it %s", (_, picture, classes) => {
    expect(leftOut(picture, classes)).toBeNull();
  });

  it("counts where a person asks for it", () => {
    const labelled = labelledMask(mask(0, 1, 255), 255);
    const asked = { number: 1, classes: 3 };
    expect(
      (["proposed", "all", 255] as const).map((said) => chosenLabel(said, asked, labelled)),
    ).toEqual([
      { label: 1, leftOut: 255 },
      { label: "all", leftOut: 255 },
      { label: 255, leftOut: null },
    ]);
    expect(chosenLabel("proposed", null, labelled)).toEqual({ label: "all", leftOut: 255 });
  });
});
