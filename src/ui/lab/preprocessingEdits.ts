import type { Preprocessing } from "../../core/images/preprocessing.ts";
import { editsOf } from "./labSelectors.ts";
import type { PreprocessingEdits } from "./labState.ts";
import { labStore } from "./labStore.ts";

/** What else is changed for one image; the others stay as they are. */
export function withEdit(
  edits: PreprocessingEdits,
  image: string,
  edit: Partial<Preprocessing>,
): PreprocessingEdits {
  return { ...edits, own: { ...edits.own, [image]: { ...editsOf(edits, image), ...edit } } };
}

/** One image as it is proposed, whatever holds for the others. */
export function asProposed(edits: PreprocessingEdits, image: string): PreprocessingEdits {
  const { [image]: _, ...own } = edits.own;
  return Object.keys(edits.all).length === 0
    ? { ...edits, own }
    : { ...edits, own: { ...own, [image]: {} } };
}

/** What was changed for one image, for all of them and those to come. */
export function forAll(edits: PreprocessingEdits, image: string): PreprocessingEdits {
  return { all: editsOf(edits, image), own: {} };
}

/** Whether another image is prepared by other changes than this one. */
export function differFromOthers(edits: PreprocessingEdits, image: string): boolean {
  const text = JSON.stringify(editsOf(edits, image));
  return [edits.all, ...Object.values(edits.own)].some((one) => JSON.stringify(one) !== text);
}

export function changeEdits(change: (edits: PreprocessingEdits) => PreprocessingEdits): void {
  labStore.setState(({ edits }) => ({ edits: change(edits) }));
}
