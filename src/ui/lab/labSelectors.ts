import type { Size } from "../../core/images/placement.ts";
import type { Preprocessing } from "../../core/images/preprocessing.ts";
import type { MaskLabel } from "../../core/maps/maskLabel.ts";
import type { MaskRule } from "../../core/maps/maskRule.ts";
import type {
  ImageInfo,
  LabModel,
  LabOutput,
  SliceRef,
  TestedSlice,
} from "../../worker/lab/protocol.ts";
import type { LabState, OutputChoice, SlicePlace } from "./labState.ts";
import { proposedPreprocessing } from "./proposal.ts";

/** Images to look at: masks belong to others. */
export function shownImages({ images, masks }: Pick<LabState, "images" | "masks">): ImageInfo[] {
  const hidden = new Set(Object.values(masks));
  return images.filter(({ id }) => !hidden.has(id));
}

export function imageWithId(
  { images }: Pick<LabState, "images">,
  id: string | null,
): ImageInfo | null {
  return images.find((image) => image.id === id) ?? null;
}

/** What is looked at of an image: the middle of its first stack, unless something was chosen. */
export function placeIn(image: ImageInfo, slices: LabState["slices"]): SlicePlace {
  const chosen = slices[image.id];
  if (chosen !== undefined) return chosen;
  const { plane, count } = image.stacks[0];
  return { plane, index: Math.floor(count / 2) };
}

/** How large the slices are that are looked at. */
export function sizeIn(image: ImageInfo, slices: LabState["slices"]): Size {
  const { plane } = placeIn(image, slices);
  return image.stacks.find((stack) => stack.plane === plane) ?? image.stacks[0];
}

function sliceOf(image: ImageInfo, slices: LabState["slices"]): SliceRef {
  return { image: image.id, ...placeIn(image, slices) };
}

export function currentSlice(
  state: Pick<LabState, "images" | "current" | "slices">,
): SliceRef | null {
  const image = imageWithId(state, state.current);
  return image === null ? null : sliceOf(image, state.slices);
}

/** The slice of a mask that lies where a slice of its image lies; null where there is none. */
export function maskOf(
  state: Pick<LabState, "images" | "masks">,
  { image, plane, index }: SliceRef,
): SliceRef | null {
  const mask = imageWithId(state, state.masks[image] ?? null);
  if (mask === null) return null;
  const same = mask.stacks.find((stack) => stack.plane === plane);
  if (same !== undefined && index < same.count) return { image: mask.id, plane, index };
  const [only] = mask.stacks;
  const isPicture = mask.stacks.length === 1 && only.count === 1;
  return isPicture ? { image: mask.id, plane: only.plane, index: 0 } : null;
}

/** What an image goes through before the network sees it; null while there is none of both. */
export function preprocessingOf(
  state: Pick<LabState, "model" | "images" | "current" | "slices" | "edits">,
): Preprocessing | null {
  const image = imageWithId(state, state.current);
  if (state.model === null || image === null) return null;
  return preparedAs(state.model, image, state);
}

/** What a person changed for an image. */
export function editsOf({ all, own }: LabState["edits"], image: string): Partial<Preprocessing> {
  return own[image] ?? all;
}

/** What is proposed for an image, with what a person changed. */
function preparedAs(
  { input }: LabModel,
  image: ImageInfo,
  { slices, edits }: Pick<LabState, "slices" | "edits">,
): Preprocessing {
  const { preprocessing } = proposedPreprocessing(input, image, sizeIn(image, slices));
  return { ...preprocessing, ...editsOf(edits, image.id) };
}

/** One slice of each image, the one that was last looked at, with its mask. */
export function testSetOf(
  state: Pick<LabState, "images" | "masks" | "slices" | "edits">,
  model: LabModel,
): TestedSlice[] {
  return shownImages(state).map((image) => {
    const slice = sliceOf(image, state.slices);
    const preprocessing = preparedAs(model, image, state);
    return { slice, preprocessing, mask: maskOf(state, slice) };
  });
}

/** Which pixels of its output a choice marks. */
export function ruleOf({ marks, channel, threshold, classNumber }: OutputChoice): MaskRule {
  switch (marks) {
    case "threshold":
      return { kind: marks, channel, threshold };
    case "largest":
      return { kind: marks, channel };
    case "named":
      return { kind: marks, channel, classNumber };
  }
}

/** The class, or the channel, that is looked at. */
export function chosenClass({
  marks,
  channel,
  classNumber,
}: Pick<OutputChoice, "marks" | "channel" | "classNumber">): number {
  return marks === "named" ? classNumber : channel;
}

/** False where a threshold marks all but the background at once. */
export function isOneClass({ marks }: Pick<OutputChoice, "marks">): boolean {
  return marks !== "threshold";
}

/** Looks at one class: a channel, or a number where one channel names them. */
export function withClass(choice: OutputChoice, number: number): OutputChoice {
  return choice.marks === "largest"
    ? { ...choice, channel: number }
    : { ...choice, marks: "named", classNumber: number };
}

/** What of masks is the right answer for what is looked at. */
export function maskLabelOf(
  { maskLabels }: Pick<LabState, "maskLabels">,
  choice: OutputChoice,
): MaskLabel {
  return maskLabels[chosenClass(choice)] ?? "proposed";
}

/** From here on a pixel belongs, until a person says otherwise: what outputs of 0..1 are cut at. */
export const FIRST_THRESHOLD = 0.5;

/** The output that is drawn first: the first that is an image. */
export function firstOutput({ outputs }: LabModel): OutputChoice | null {
  const output = outputs.find(({ kind }) => kind === "map") ?? outputs[0];
  return output === undefined ? null : firstChoice(output);
}

/** How an output is looked at until a person says otherwise. */
export function firstChoice({ name, channels, kind }: LabOutput): OutputChoice {
  const hasClasses = kind === "map" && channels > 1;
  return {
    name,
    // Of several classes the first is the background by custom.
    channel: hasClasses ? 1 : 0,
    threshold: FIRST_THRESHOLD,
    showsSigmoid: false,
    marks: hasClasses ? "largest" : "threshold",
    classNumber: 1,
  };
}
