import type { Settings } from "../../core/analysis/settings.ts";
import { ConvAtlasError } from "../../core/errors.ts";
import type { Feature } from "../../core/features/clinicalKernels.ts";
import { type Corrections, NO_CORRECTIONS } from "../../core/network/corrections.ts";
import { isSameGroup, type KernelGroup } from "../../core/selection/kernelGroup.ts";
import type { PickedFile } from "../../worker/protocol.ts";
import type { ColourBy } from "../figures/kernelGrouping.ts";
import { type DroppedItem, filesOfDrop, unreadableSentence } from "../files/droppedFiles.ts";
import { areImages } from "../files/imageFiles.ts";
import { answersRequest } from "../files/missingFiles.ts";
import { type LayerFilter, NO_FILTER } from "../layers/layerFilter.ts";
import type { LayerSort } from "../layers/layerSort.ts";
import {
  type Choices,
  choicesOf,
  NOTHING_SELECTED,
  type PlotChoice,
  type Selection,
  type ViewName,
} from "./choices.ts";
import { recorded, redone, undone } from "./history.ts";
import { keptModels } from "./keptModels.ts";
import { pageRunner } from "./pageRunner.ts";
import type { ThemeChoice } from "./pageState.ts";
import { pageStore, THEME_KEY } from "./pageStore.ts";
import { BRAIN_UNET, SAMPLES, sampleInput } from "./samples.ts";
import { isSame, isSameModel, type Session, sessionModel, stillToCompare } from "./session.ts";
import { pictureAmong, sessionOfPicture } from "./sessionPicture.ts";

/** Counts what was chosen: a large folder that is looked through must not overtake it. */
let choicesSoFar = 0;

/**
 * Opens files. A picture with a view in it shows that view; other images are what the network on
 * screen is run on; files that were all asked for by name join the ones of the attempt that lacked
 * them; else they are a model of their own.
 *
 * @param unreadable paths that were chosen too, but cannot be read.
 */
export async function openFiles(
  files: readonly PickedFile[],
  unreadable: readonly string[] = [],
): Promise<void> {
  choicesSoFar += 1;
  const choice = choicesSoFar;
  const picture = await pictureAmong(files);
  if (choice !== choicesSoFar) return;
  if (picture !== null) {
    await openPicture(picture);
    return;
  }
  const isOfImages = await areImages(files);
  if (choice !== choicesSoFar) return;
  const { error, waiting, current } = pageStore.getState();
  if (isOfImages && current !== null) {
    await openImages(files);
    return;
  }
  if (error !== null && answersRequest(files, error.missingFiles)) {
    addMissingFiles(files);
    return;
  }
  const remark = isOfImages ? NETWORK_FIRST : unreadableSentence(unreadable);
  void pageRunner.openModel({ kind: "files", files }, remark === null ? [] : [remark], waiting);
}

const NETWORK_FIRST = "To see what a network makes of an image, open the network first.";

/** Runs the network on screen on images, in the view that shows that. */
async function openImages(files: readonly PickedFile[]): Promise<void> {
  const choice = choicesSoFar;
  try {
    const { showImages } = await import("../lab/pageLab.ts");
    if (choice !== choicesSoFar) return;
    showImages(files);
    setView("lab");
  } catch (error) {
    if (choice === choicesSoFar) refuseFiles(error, files[0]?.file.name ?? "the image");
  }
}

async function openPicture(file: File): Promise<void> {
  choicesSoFar += 1;
  const choice = choicesSoFar;
  try {
    const session = await sessionOfPicture(file);
    if (choice === choicesSoFar) openSession(session);
  } catch (error) {
    if (choice !== choicesSoFar) return;
    const isOrdinary = error instanceof ConvAtlasError && error.code === "not-a-model";
    if (isOrdinary && pageStore.getState().current !== null) {
      await openImages([{ path: file.name, file }]);
    } else refuseFiles(error, file.name);
  }
}

/** Shows the view of a link or a picture: at once where its model is at hand, else when it is opened. */
export function openSession(session: Session): void {
  const state = pageStore.getState();
  const { model } = session;
  const shown = sessionModel(state);
  if (state.current !== null && shown !== null && isSameModel(shown, model)) {
    pageStore.setState({
      error: null,
      history: recorded(state.history, state, null, 0),
      toCompare: stillToCompare(session, state),
    });
    restoreChoices(session.choices);
    return;
  }
  const sample = SAMPLES.find(({ id }) => id === model.sample);
  if (sample !== undefined) {
    choicesSoFar += 1;
    void pageRunner.openModel(sampleInput(sample), [], session);
    return;
  }
  pageStore.setState({ waiting: session, error: null });
  void keptModels.open(model.sha256).then((files) => {
    const isStillWanted = pageStore.getState().waiting === session;
    if (files !== null && isStillWanted) void openFiles(files);
  });
}

/** The view that waits for its model is not wanted any more. */
export function forgetWaiting(): void {
  pageStore.setState({ waiting: null });
}

/** Opens files and folders as they were dropped. */
export async function openDropped(items: readonly DroppedItem[]): Promise<void> {
  if (items.length === 0) return;
  choicesSoFar += 1;
  const choice = choicesSoFar;
  try {
    const { files, unreadable } = await filesOfDrop(items);
    if (choice === choicesSoFar) await openFiles(files, unreadable);
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
  const state = choicesOf(pageStore.getState());
  const settings = { ...state.settings, corrections: NO_CORRECTIONS };
  const { id, file } = BRAIN_UNET;
  const session: Session = {
    model: { name: file, sha256: "", sample: id },
    choices: { ...state, settings, selection: NOTHING_SELECTED },
    compared: null,
  };
  void pageRunner.openModel(sampleInput(BRAIN_UNET), [], session);
}

/** Changes what is seen, as a step that can be undone. `kind` as in `recorded`. */
function choose(change: Partial<Choices>, kind: string | null = null): void {
  pageStore.setState((state) => ({
    ...change,
    history: recorded(state.history, state, kind, performance.now()),
  }));
}

function select(selection: Selection, kind: string | null = null): void {
  if (isSame(selection, pageStore.getState().selection)) return;
  choose({ selection }, kind);
}

export function setView(view: ViewName): void {
  if (view !== pageStore.getState().view) choose({ view });
}

/** Shows a layer in the layer view; what was selected in it stays. */
export function openLayer(name: string): void {
  const { selection } = pageStore.getState();
  const kept = selection.layer === name ? selection : withLayer(selection, name);
  choose({ view: "layer", selection: kept });
}

/** Marks a layer without leaving the view. */
export function selectLayer(name: string): void {
  const { selection } = pageStore.getState();
  select(withLayer({ ...selection, kernel: null }, name), "layer");
}

/** Another layer: a group of all layers goes on, one of another layer ends. */
function withLayer({ group }: Selection, layer: string): Selection {
  const stays = group !== null && (group.layer === null || group.layer === layer);
  return { layer, kernel: null, group: stays ? group : null };
}

export function selectKernel(layer: string, kernel: number): void {
  const { selection } = pageStore.getState();
  select({ ...withLayer(selection, layer), kernel }, "kernel");
}

/** Lets the kernels of a group keep their colour while the rest turns grey; the same group again ends that. */
export function selectGroup(group: KernelGroup | null): void {
  const { selection } = pageStore.getState();
  if (group === null || isSameGroup(group, selection.group)) {
    select({ ...selection, group: null });
    return;
  }
  select({ layer: group.layer ?? selection.layer, kernel: null, group });
}

/** Lets go of the kernel first, then of the group, then of the layer. */
export function clearSelection(): void {
  const { selection } = pageStore.getState();
  if (selection.kernel !== null) select({ ...selection, kernel: null });
  else if (selection.group !== null) select({ ...selection, group: null });
  else select(NOTHING_SELECTED);
}

export function setColourBy(colourBy: ColourBy): void {
  if (colourBy !== pageStore.getState().colourBy) choose({ colourBy }, "colour");
}

export function setPlot(change: Partial<PlotChoice>): void {
  const { plot } = pageStore.getState();
  choose({ plot: { ...plot, ...change } }, "plot");
}

/** Analyses the model again under other settings, as a step that can be undone. */
export function changeSettings(change: Partial<Settings>, ownFeatures?: readonly Feature[]): void {
  const state = pageStore.getState();
  const kind = Object.keys(change).join(" ");
  pageStore.setState({ history: recorded(state.history, state, kind, performance.now()) });
  void pageRunner.changeSettings(change, ownFeatures);
}

export function undo(): void {
  move(undone);
}

export function redo(): void {
  move(redone);
}

function move(step: typeof undone): void {
  const state = pageStore.getState();
  const moved = step(state.history, state);
  if (moved === null) return;
  pageStore.setState({ history: moved.history });
  restoreChoices(moved.choices);
}

/** Shows what was chosen before; computes anew only where numbers change. */
function restoreChoices({ settings, ownFeatures, ...seen }: Choices): void {
  const state = pageStore.getState();
  pageStore.setState(seen);
  const isOther = !isSame([settings, ownFeatures], [state.settings, state.ownFeatures]);
  if (isOther) void pageRunner.changeSettings(settings, ownFeatures);
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

/** Opens or closes the editor of filters of one's own. */
export function setFeatureEditor(featuresAreOpen: boolean): void {
  pageStore.setState({ featuresAreOpen });
}

/** Analyses the model again with what the person knows better. */
export function applyCorrections(corrections: Corrections): void {
  setCorrections(false);
  changeSettings({ corrections });
}

/** Takes the error off the screen; what was there before it stays. */
export function dismissError(): void {
  pageStore.setState(({ current }) => ({
    error: null,
    phase: current === null ? "idle" : "done",
  }));
}
