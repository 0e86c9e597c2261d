import { openLab } from "../../worker/lab/labClient.ts";
import type { PickedFile } from "../../worker/protocol.ts";
import { type DroppedItem, filesOfDrop } from "../files/droppedFiles.ts";
import { refuseFiles } from "../state/actions.ts";
import { pageRunner } from "../state/pageRunner.ts";
import { pageStore } from "../state/pageStore.ts";
import { createLab, type LabNetwork } from "./lab.ts";
import { labStore } from "./labStore.ts";
import { FIRST_SLICE, sampleSlices } from "./sampleSlices.ts";

/** The page's one lab. */
export const pageLab = createLab({ store: labStore, openClient: openLab });

/** The network on screen, to be run; null while there is none. */
function networkOnScreen(): LabNetwork | null {
  const input = pageRunner.shownInput();
  if (input === null) return null;
  return pageStore.getState().sample === null
    ? { input, ownImages: null, firstImage: null }
    : { input, ownImages: sampleSlices(), firstImage: FIRST_SLICE };
}

/** Opens the lab of the network on screen. */
export function enterLab(): void {
  const network = networkOnScreen();
  if (network !== null) void pageLab.open(network);
}

/** Came while another network is read: they are for that one as well. */
let forNext: readonly PickedFile[] = [];

/** Looks at images that were dropped or chosen anywhere on the page. */
export function showImages(files: readonly PickedFile[]): void {
  if (pageStore.getState().pending?.reason === "model") forNext = [...forNext, ...files];
  void pageLab.addImages(files);
}

/** Takes files as they were dropped as the mask of the image that is looked at. */
export async function takeDroppedMask(items: readonly DroppedItem[]): Promise<void> {
  try {
    await pageLab.addMask((await filesOfDrop(items)).files);
  } catch (error) {
    refuseFiles(error, items[0]?.name ?? "what was dropped");
  }
}

// Another network was opened: what runs the one before is of no more use, whatever is in view.
pageStore.subscribe((state, before) => {
  const isAnother = state.current !== before.current && !pageLab.isOf(pageRunner.shownInput());
  if (isAnother) {
    pageLab.forget();
    if (forNext.length > 0) void pageLab.addImages(forNext);
  }
  if (state.pending === null) forNext = [];
});
