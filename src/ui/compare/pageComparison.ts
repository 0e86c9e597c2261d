import { openSession } from "../../worker/client.ts";
import type { PickedFile } from "../../worker/protocol.ts";
import { type DroppedItem, filesOfDrop, unreadableSentence } from "../files/droppedFiles.ts";
import { analyses } from "../state/analyses.ts";
import { createComparison } from "../state/comparison.ts";
import { keptSpeeds } from "../state/keptSpeeds.ts";
import { pageStore } from "../state/pageStore.ts";

const speeds = keptSpeeds(typeof localStorage === "undefined" ? undefined : localStorage);

/** The page's one comparison. */
export const pageComparison = createComparison({
  page: pageStore,
  analyses,
  openSession: (input) => openSession(input, speeds),
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

/** The same with files and folders as they were dropped. */
export async function compareWithDropped(items: readonly DroppedItem[]): Promise<void> {
  if (items.length === 0) return;
  choicesSoFar += 1;
  const choice = choicesSoFar;
  try {
    const { files, unreadable } = await filesOfDrop(items);
    if (choice === choicesSoFar) compareWithFiles(files, unreadable);
  } catch (error) {
    if (choice === choicesSoFar) {
      pageComparison.refuse(error, items[0]?.name ?? "what was dropped");
    }
  }
}

/** Marks the part of the page on which files are dropped to be compared, not opened. */
export const COMPARE_DROP_ATTRIBUTE = "data-drop-compares";
