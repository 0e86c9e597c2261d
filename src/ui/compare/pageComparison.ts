import { openSession } from "../../worker/client.ts";
import type { PickedFile } from "../../worker/protocol.ts";
import { type DroppedItem, filesOfDrop, unreadableSentence } from "../files/droppedFiles.ts";
import { areImages } from "../files/imageFiles.ts";
import { openFiles } from "../state/actions.ts";
import { analyses } from "../state/analyses.ts";
import { createComparison } from "../state/comparison.ts";
import { keptModels } from "../state/keptModels.ts";
import { keptSpeeds } from "../state/keptSpeeds.ts";
import { pageStore } from "../state/pageStore.ts";
import { BRAIN_UNET, SAMPLES, type Sample, sampleInput } from "../state/samples.ts";
import type { SessionModel } from "../state/session.ts";

const speeds = keptSpeeds(typeof localStorage === "undefined" ? undefined : localStorage);

/** The page's one comparison. */
export const pageComparison = createComparison({
  page: pageStore,
  analyses,
  openSession: (input) => openSession(input, speeds),
  onOpened(input, { model: { name, sha256, bytes } }) {
    if (input.kind === "files") void keptModels.keep({ name, sha256, bytes }, input.files);
  },
});

/** Counts what was chosen: a large folder that is looked through must not overtake it. */
let choicesSoFar = 0;

/** Compares the model on screen with the one in these files. */
export function compareWithFiles(
  files: readonly PickedFile[],
  unreadable: readonly string[] = [],
): void {
  choicesSoFar += 1;
  const remark = unreadableSentence(unreadable);
  pageComparison.addFiles(files, remark === null ? [] : [remark]);
}

/** Compares the model on screen with the U-Net that the page brings itself. */
export function compareWithSample(sample: Sample = BRAIN_UNET): void {
  choicesSoFar += 1;
  pageComparison.add(sampleInput(sample), [], sample.id);
}

/** Wishes of links that were tried: what a person cancelled does not begin again by itself. */
const tried = new WeakSet<SessionModel>();

/** Reads the model that a link or picture compared with, where it is at hand. */
export async function compareWithWanted(wanted: SessionModel): Promise<void> {
  if (tried.has(wanted)) return;
  tried.add(wanted);
  const sample = SAMPLES.find(({ id }) => id === wanted.sample);
  if (sample !== undefined) {
    compareWithSample(sample);
    return;
  }
  const choice = choicesSoFar;
  const files = await keptModels.open(wanted.sha256);
  const isStillWanted = pageStore.getState().toCompare === wanted && choice === choicesSoFar;
  if (files !== null && isStillWanted) compareWithFiles(files);
}

/** The same with files and folders as they were dropped; images are run on the network on screen. */
export async function compareWithDropped(items: readonly DroppedItem[]): Promise<void> {
  if (items.length === 0) return;
  choicesSoFar += 1;
  const choice = choicesSoFar;
  try {
    const { files, unreadable } = await filesOfDrop(items);
    const isOfImages = await areImages(files);
    if (choice !== choicesSoFar) return;
    // No model to compare with: what the network on screen is run on.
    if (isOfImages) await openFiles(files, unreadable);
    else compareWithFiles(files, unreadable);
  } catch (error) {
    if (choice === choicesSoFar) {
      pageComparison.refuse(error, items[0]?.name ?? "what was dropped");
    }
  }
}

/** Marks the part of the page on which files are dropped to be compared, not opened. */
export const COMPARE_DROP_ATTRIBUTE = "data-drop-compares";
