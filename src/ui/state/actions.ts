import type { Corrections } from "../../core/network/corrections.ts";
import type { PickedFile } from "../../worker/protocol.ts";
import type { ColourBy } from "../figures/scatter.ts";
import { type DroppedItem, filesOfDrop, unreadableSentence } from "../files/droppedFiles.ts";
import { answersRequest } from "../files/missingFiles.ts";
import { type LayerFilter, NO_FILTER } from "../layers/layerFilter.ts";
import type { LayerSort } from "../layers/layerSort.ts";
import { pageRunner } from "./pageRunner.ts";
import type { ThemeChoice, ViewName } from "./pageState.ts";
import { NOTHING_SELECTED } from "./pageState.ts";
import { pageStore, THEME_KEY } from "./pageStore.ts";

/** Fragment that opens the page with the sample already running. */
export const SAMPLE_FRAGMENT = "#sample=brain-unet";

function setFragment(fragment: string): void {
  history.replaceState(null, "", `${location.pathname}${location.search}${fragment}`);
}

/** Counts what was chosen: a large folder that is looked through must not overtake it. */
let choicesSoFar = 0;

/**
 * Opens files. Where all of them were asked for by name, they join the ones of the attempt
 * that lacked them; else they are a model of their own.
 *
 * @param unreadable paths that were chosen too, but cannot be read.
 */
export function openFiles(files: readonly PickedFile[], unreadable: readonly string[] = []): void {
  const { error } = pageStore.getState();
  if (error !== null && answersRequest(files, error.missingFiles)) {
    addMissingFiles(files);
    return;
  }
  choicesSoFar += 1;
  setFragment("");
  const remark = unreadableSentence(unreadable);
  void pageRunner.openModel({ kind: "files", files }, remark === null ? [] : [remark]);
}

/** Opens files and folders as they were dropped. */
export async function openDropped(items: readonly DroppedItem[]): Promise<void> {
  if (items.length === 0) return;
  choicesSoFar += 1;
  const choice = choicesSoFar;
  try {
    const { files, unreadable } = await filesOfDrop(items);
    if (choice === choicesSoFar) openFiles(files, unreadable);
  } catch (error) {
    if (choice === choicesSoFar) refuseFiles(error, items[0]?.name ?? "what was dropped");
  }
}

/** Opens the model that lacked files once more, together with these. */
export function addMissingFiles(files: readonly PickedFile[]): void {
  choicesSoFar += 1;
  void pageRunner.addFiles(files);
}

/** Says why what was chosen cannot even be handed to a reader. */
export function refuseFiles(error: unknown, name: string): void {
  pageRunner.refuse(error, name);
}

export function openSample(): void {
  choicesSoFar += 1;
  setFragment(SAMPLE_FRAGMENT);
  // Absolute: the worker that fetches it resolves addresses against its own.
  const url = new URL(`${import.meta.env.BASE_URL}samples/brain-unet.onnx`, location.href).href;
  void pageRunner.openModel({ kind: "url", url, name: "brain-unet.onnx" });
}

export function setView(view: ViewName): void {
  pageStore.setState({ view });
}

/** Shows a layer in the layer view. */
export function openLayer(name: string): void {
  pageStore.setState({ view: "layer", selection: { layer: name, kernel: null } });
}

/** Marks a layer without leaving the view. */
export function selectLayer(name: string): void {
  pageStore.setState({ selection: { layer: name, kernel: null } });
}

export function selectKernel(layer: string, kernel: number): void {
  pageStore.setState({ selection: { layer, kernel } });
}

/** Lets go of the kernel first, then of the layer. */
export function clearSelection(): void {
  pageStore.setState(({ selection }) => ({
    selection: selection.kernel === null ? NOTHING_SELECTED : { ...selection, kernel: null },
  }));
}

export function setColourBy(colourBy: ColourBy): void {
  pageStore.setState({ colourBy });
}

export function setTheme(theme: ThemeChoice): void {
  try {
    if (theme === "system") localStorage.removeItem(THEME_KEY);
    else localStorage.setItem(THEME_KEY, theme);
  } catch {
    // Storage is switched off: the choice then lasts as long as the page.
  }
  pageStore.setState({ theme });
}

export function setLayerSearch(layerSearch: string): void {
  pageStore.setState({ layerSearch });
}

export function setLayerFilter(layerFilter: LayerFilter): void {
  pageStore.setState({ layerFilter });
}

export function setLayerSort(layerSort: LayerSort): void {
  pageStore.setState({ layerSort });
}

/** Lists all layers again, in the order that was chosen. */
export function showAllLayers(): void {
  pageStore.setState({ layerSearch: "", layerFilter: NO_FILTER });
}

export function setHelp(helpIsOpen: boolean): void {
  pageStore.setState({ helpIsOpen });
}

export function setCorrections(correctionsAreOpen: boolean): void {
  pageStore.setState({ correctionsAreOpen });
}

/** Analyses the model again with what the person knows better. */
export function applyCorrections(corrections: Corrections): void {
  setCorrections(false);
  void pageRunner.changeSettings({ corrections });
}

/** Takes the error off the screen; what was there before it stays. */
export function dismissError(): void {
  pageStore.setState(({ current }) => ({
    error: null,
    phase: current === null ? "idle" : "done",
  }));
}
