import { describe, expect, it } from "vitest";
import type { NetworkInput } from "../../../src/core/images/preprocessing.ts";
import {
  currentSlice,
  firstOutput,
  maskOf,
  preprocessingOf,
  shownImages,
  testSetOf,
} from "../../../src/ui/lab/labSelectors.ts";
import type { PreprocessingEdits } from "../../../src/ui/lab/labState.ts";
import {
  asProposed,
  differFromOthers,
  forAll,
  withEdit,
} from "../../../src/ui/lab/preprocessingEdits.ts";
import {
  channelsText,
  imageText,
  preprocessingText,
} from "../../../src/ui/lab/preprocessingWords.ts";
import { proposedPreprocessing } from "../../../src/ui/lab/proposal.ts";
import type { ImageInfo } from "../../../src/worker/lab/protocol.ts";
import { image, MODEL } from "./fakeLab.ts";

const NO_EDITS: PreprocessingEdits = { all: {}, own: {} };

const volume = image("head.nii", {
  stacks: [
    { plane: "axial", count: 90, width: 4, height: 4 },
    { plane: "coronal", count: 4, width: 4, height: 90 },
  ],
});

/** Proposed for the slices of an image's first stack. */
function proposed(input: NetworkInput, of: ImageInfo) {
  return proposedPreprocessing(input, of, of.stacks[0]);
}

describe("what is looked at", () => {
  it("is the middle of a volume's first plane, until a slice is chosen", () => {
    const state = { images: [volume], current: "head.nii" };
    expect(currentSlice({ ...state, slices: {} })).toEqual({
      image: "head.nii",
      plane: "axial",
      index: 45,
    });
    const slices = { "head.nii": { plane: "coronal", index: 3 } } as const;
    expect(currentSlice({ ...state, slices })).toMatchObject({ plane: "coronal", index: 3 });
    expect(currentSlice({ images: [], current: null, slices: {} })).toBeNull();
  });

  it("is no mask of another image", () => {
    const images = [image("a"), image("a-mask"), image("b")];
    const masks = { a: "a-mask" };
    expect(shownImages({ images, masks }).map(({ id }) => id)).toEqual(["a", "b"]);
  });

  it("has the mask's slice at the same place, or its only one", () => {
    const masks = { "head.nii": "mask" };
    const slice = { image: "head.nii", plane: "axial", index: 80 } as const;
    const whole = image("mask", { stacks: volume.stacks });
    expect(maskOf({ images: [volume, whole], masks }, slice)).toEqual({ ...slice, image: "mask" });
    expect(maskOf({ images: [volume, image("mask")], masks }, slice)).toEqual({
      image: "mask",
      plane: "frame",
      index: 0,
    });
    const shorter = image("mask", { stacks: [{ plane: "axial", count: 10, width: 4, height: 4 }] });
    expect(maskOf({ images: [volume, shorter], masks }, slice)).toBeNull();
    expect(maskOf({ images: [volume], masks: {} }, slice)).toBeNull();
  });

  it("is tested with one slice of each image", () => {
    const images = [image("a"), image("a-mask"), volume];
    const state = { images, masks: { a: "a-mask" }, slices: {}, edits: NO_EDITS };
    const preprocessing = expect.objectContaining({ height: 4, scaling: "unit" });
    expect(testSetOf(state, MODEL)).toEqual([
      {
        slice: { image: "a", plane: "frame", index: 0 },
        preprocessing,
        mask: { image: "a-mask", plane: "frame", index: 0 },
      },
      { slice: { image: "head.nii", plane: "axial", index: 45 }, preprocessing, mask: null },
    ]);
  });
});

describe("what is done to an image first", () => {
  it("is what is proposed, with what a person changed", () => {
    const state = { model: MODEL, images: [image("a")], current: "a", slices: {} };
    expect(preprocessingOf({ ...state, edits: NO_EDITS })).toEqual({
      ...{ height: 4, width: 4, placement: "pad" },
      ...{ window: { low: 0, high: 255 }, scaling: "unit" },
    });
    const edits = withEdit(NO_EDITS, "a", { scaling: "symmetric" });
    expect(preprocessingOf({ ...state, edits })).toMatchObject({ scaling: "symmetric", height: 4 });
    expect(preprocessingOf({ ...state, current: null, edits: NO_EDITS })).toBeNull();
  });

  it("is proposed for the plane that is looked at", () => {
    const input = { ...MODEL.input, height: null, width: null };
    const state = {
      ...{ model: { ...MODEL, input }, images: [volume], current: "head.nii" },
      edits: NO_EDITS,
    };
    const slices = { "head.nii": { plane: "coronal", index: 2 } } as const;
    expect(preprocessingOf({ ...state, slices: {} })).toMatchObject({ height: 32, width: 32 });
    // 90 rows: nothing is cut off.
    expect(preprocessingOf({ ...state, slices })).toMatchObject({ height: 96, width: 32 });
    const [{ preprocessing }] = testSetOf({ ...state, masks: {}, slices }, state.model);
    expect(preprocessing).toMatchObject({ height: 96, width: 32 });
  });

  it("is changed for one image, for all, or back to what is proposed", () => {
    const scalings = (edits: PreprocessingEdits) =>
      testSetOf({ images: [image("a"), image("b")], masks: {}, slices: {}, edits }, MODEL).map(
        ({ preprocessing }) => preprocessing.scaling,
      );
    const one = withEdit(NO_EDITS, "a", { scaling: "symmetric" });
    expect(scalings(one)).toEqual(["symmetric", "unit"]);
    expect([differFromOthers(NO_EDITS, "a"), differFromOthers(one, "a")]).toEqual([false, true]);
    const all = forAll(one, "a");
    expect(scalings(all)).toEqual(["symmetric", "symmetric"]);
    expect(differFromOthers(all, "b")).toBe(false);
    const back = asProposed(all, "b");
    expect(scalings(back)).toEqual(["symmetric", "unit"]);
    expect(scalings(forAll(back, "b"))).toEqual(["unit", "unit"]);
    // A change on top of what holds for all keeps that.
    const more = withEdit(all, "b", { mirrored: true });
    expect(scalings(more)).toEqual(["symmetric", "symmetric"]);
    expect(asProposed(one, "a")).toEqual(NO_EDITS);
  });

  it.each([
    ["of the same size", {}, {}, "4 × 4 pixels, values 0 to 255 → 0 to 1"],
    ["smaller", { width: 3 }, {}, "4 × 4 pixels, with a black border, values 0 to 255 → 0 to 1"],
    ["cropped", { width: 6 }, {}, "4 × 4 pixels, cropped, values 0 to 255 → 0 to 1"],
    [
      "cropped and filled",
      { width: 6, height: 2 },
      {},
      "4 × 4 pixels, cropped, with a black border, values 0 to 255 → 0 to 1",
    ],
    [
      "of colours",
      { width: 6, channels: 3 },
      { placement: "fit" },
      "4 × 4 pixels, scaled to fit, colours made grey, values 0 to 255 → 0 to 1",
    ],
    [
      "of a volume",
      { height: 6 },
      {
        placement: "stretch",
        mirrored: true,
        window: { low: -1024, high: 3071.5 },
        scaling: "standard",
      },
      "4 × 4 pixels, stretched, left and right swapped, values −1024 to 3071.5 → mean 0, deviation 1",
    ],
    ["as it is", {}, { scaling: "raw" }, "4 × 4 pixels, values as in the file"],
  ] as const)("is told in one line for an image %s", (_, size, change, words) => {
    const { preprocessing } = proposed(MODEL.input, image("a"));
    const { channels, stacks } = image("a", size);
    const shown = { ...stacks[0], channels };
    const text = preprocessingText(MODEL.input, shown, { ...preprocessing, ...change });
    expect(text).toBe(words);
  });

  it.each([
    [
      "of the same size",
      {},
      /^The network takes 4 × 4 pixels, and the image has as many; 0 is black/,
    ],
    ["smaller", { width: 3 }, /gets a black border/],
    ["larger", { width: 5 }, /is made smaller/],
    [
      "with a window of its own",
      { window: { low: 40, high: 400 }, range: { low: -1000, high: 3000 } },
      /black and white are those that the file asks for\.$/,
    ],
    [
      "of another range",
      { window: null, range: { low: -1000, high: 3000 } },
      /the lowest and the highest value in the file\.$/,
    ],
  ])("is explained for an image %s", (_, change, words) => {
    expect(proposed(MODEL.input, image("a", change)).reason).toMatch(words);
  });

  it("is explained where the network takes any size", () => {
    const input = { ...MODEL.input, height: null, width: null };
    const proposal = proposed(input, image("a", { width: 200, height: 256 }));
    expect(proposal.preprocessing).toMatchObject({ width: 224, height: 256 });
    expect(proposal.reason).toMatch(/^The network takes any size, 256 × 224 is proposed, so/);
  });

  it("names what becomes of the channels", () => {
    expect([
      channelsText(1, 1),
      channelsText(1, 3),
      channelsText(3, 1),
      channelsText(3, 4),
    ]).toEqual(["grey", "colours made grey", "grey in all 3 channels", "colours"]);
    expect(channelsText(4, 1)).toBe("grey in all 4 channels");
    expect(channelsText(4, 3)).toBe("colours made grey in all 4 channels");
  });

  it("names the image by its format and size, and nothing else", () => {
    const slice = { width: 512, height: 256 };
    const words = imageText(image("John_Doe.dcm", { format: "dicom" }), slice);
    expect(words).toBe("DICOM, 512 × 256 pixels, grey");
  });
});

describe("the output that is drawn first", () => {
  it("is the first image, cut at one half", () => {
    const outputs = [
      { name: "score", kind: "vector", channels: 2 },
      { name: "mask", kind: "map", channels: 1 },
    ] as const;
    expect(firstOutput({ ...MODEL, outputs })).toMatchObject({
      ...{ name: "mask", channel: 0, threshold: 0.5, marks: "threshold" },
    });
  });

  it("of several classes is the first that is not the background, where it is the largest", () => {
    const outputs = [{ name: "classes", kind: "map", channels: 3 }] as const;
    expect(firstOutput({ ...MODEL, outputs })).toMatchObject({ channel: 1, marks: "largest" });
  });

  it("is a vector where there is nothing else", () => {
    const outputs = [{ name: "score", kind: "vector", channels: 1000 }] as const;
    expect(firstOutput({ ...MODEL, outputs })).toMatchObject({ name: "score", channel: 0 });
    expect(firstOutput({ ...MODEL, outputs: [] })).toBeNull();
  });
});
