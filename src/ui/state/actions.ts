import type { Corrections } from "../../core/network/corrections.ts";
import type { ColourBy } from "../figures/scatter.ts";
import { pageRunner } from "./pageRunner.ts";
import type { ThemeChoice, ViewName } from "./pageState.ts";
import { NOTHING_SELECTED } from "./pageState.ts";
import { pageStore, THEME_KEY } from "./pageStore.ts";

/** Fragment that opens the page with the sample already running. */
export const SAMPLE_FRAGMENT = "#sample=brain-unet";

function setFragment(fragment: string): void {
  history.replaceState(null, "", `${location.pathname}${location.search}${fragment}`);
}

export function openFiles(files: readonly File[]): void {
  if (files.length === 0) return;
  setFragment("");
  const picked = files.map((file) => ({ path: file.webkitRelativePath || file.name, file }));
  void pageRunner.openModel({ kind: "files", files: picked });
}

export function openSample(): void {
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
