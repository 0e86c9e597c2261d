import type { Preprocessing } from "../../core/images/preprocessing.ts";
import type { LabClient } from "../../worker/lab/labClient.ts";
import type { RunResult, SliceRef } from "../../worker/lab/protocol.ts";
import { ORIGINAL_PIXELS } from "./drawThumbnail.ts";
import { type HeldMapsRegistry, type HeldRun, isSameSlice } from "./heldMaps.ts";
import { labErrorOf } from "./labErrors.ts";
import { currentSlice, maskOf, preprocessingOf } from "./labSelectors.ts";
import type { LabState } from "./labState.ts";
import type { LabStore } from "./labStore.ts";
import { newestOnly } from "./newestOnly.ts";

export interface FollowedParts {
  readonly store: LabStore;
  readonly held: HeldMapsRegistry;
  /** The one that runs the network. */
  readonly client: () => LabClient;
  /** What is wrong with an image beside the one that is looked at. */
  readonly onImageFailure: (image: string, thrown: unknown) => void;
}

/** Keeps what is held at what is looked at: the slice, the network's run on it, and its mask. */
export interface FollowedView {
  /** Runs the network again on what is looked at. */
  runAgain(): void;
  /** Asks for all that is looked at. */
  refresh(): void;
  cancelRun(): void;
  /** Stops all that is asked for. */
  cancel(): void;
}

interface Wanted {
  readonly slice: SliceRef;
  readonly preprocessing: Preprocessing;
}

interface WantedMask {
  readonly mask: SliceRef;
  readonly run: HeldRun;
}

function wantedOf(state: LabState): Wanted | null {
  const slice = currentSlice(state);
  const preprocessing = preprocessingOf(state);
  if (state.phase !== "ready" || slice === null || preprocessing === null) return null;
  return { slice, preprocessing };
}

/** The output that is looked at, as the last run made it. */
function shownOutputOf({ model, output }: LabState, { outputs }: RunResult) {
  const at = model?.outputs.findIndex(({ name }) => name === output?.name) ?? -1;
  return outputs[at] ?? null;
}

/** After a change of masks, or of the output that is looked at. */
function needsOtherMask(now: LabState, then: LabState): boolean {
  return now.masks !== then.masks || now.output?.name !== then.output?.name;
}

export function followedView({ store, held, client, onImageFailure }: FollowedParts): FollowedView {
  const originals = newestOnly<SliceRef, void>({
    async work(slice, signal) {
      const request = { ...slice, side: ORIGINAL_PIXELS };
      const picture = await client().call("picture", request, signal);
      held.set({ original: { slice, picture } });
    },
    onResult: () => {},
    onFailure: (_, thrown) => failRun(thrown),
  });

  /** The mask of a run, on the pixels of the output that is looked at; null where there is none. */
  async function placedMask(mask: SliceRef, run: HeldRun, signal: AbortSignal) {
    const output = shownOutputOf(store.getState(), run.result);
    if (output === null) return null;
    const { slice, preprocessing } = run;
    const { width, height } = output;
    const request = { mask, of: { slice, preprocessing }, size: { width, height } };
    return { run, output, placed: await client().call("mask", request, signal) };
  }

  const masks = newestOnly<WantedMask, void>({
    async work({ mask, run }, signal) {
      const placed = await placedMask(mask, run, signal);
      if (held.get().run === run) held.set({ mask: placed });
    },
    onResult: () => {},
    onFailure: ({ mask }, thrown) => onImageFailure(mask.image, thrown),
  });

  const runs = newestOnly<Wanted, void>({
    async work(wanted, signal) {
      const result = await client().call("run", wanted, signal);
      const run = { ...wanted, result };
      const before = store.getState();
      const mask = maskOf(before, wanted.slice);
      // With its mask at once: else its agreement would come and go with each run.
      const placed = mask && (await maskOrNull(mask, run, signal));
      held.set({ run, mask: placed });
      if (needsOtherMask(store.getState(), before)) followMask(store.getState());
      const { milliseconds, engine } = result;
      store.setState({ run: { ...store.getState().run, milliseconds, engine } });
    },
    onResult() {
      store.setState({ run: { ...store.getState().run, phase: "done", error: null } });
    },
    onFailure: (_, thrown) => failRun(thrown),
  });

  /** A mask that cannot be read is told, and the run stands without it. */
  async function maskOrNull(mask: SliceRef, run: HeldRun, signal: AbortSignal) {
    try {
      return await placedMask(mask, run, signal);
    } catch (thrown) {
      if (signal.aborted) throw thrown;
      onImageFailure(mask.image, thrown);
      return null;
    }
  }

  function failRun(thrown: unknown): void {
    const error = labErrorOf(thrown);
    const isCancelled = error.code === "cancelled";
    store.setState({
      run: {
        ...store.getState().run,
        phase: isCancelled ? "cancelled" : "failed",
        error: isCancelled ? null : error,
      },
    });
  }

  function run(wanted: Wanted): void {
    store.setState({ run: { ...store.getState().run, phase: "running", error: null } });
    runs.ask(wanted);
  }

  /** Another mask, or another output under it, of a run that is there. */
  function followMask(state: LabState): void {
    const { run: last, mask } = held.get();
    if (last === null) return;
    const wanted = maskOf(state, last.slice);
    if (wanted === null) {
      if (mask !== null) held.set({ mask: null });
    } else masks.ask({ mask: wanted, run: last });
  }

  store.subscribe((state, before) => {
    const [now, then] = [wantedOf(state), wantedOf(before)];
    if (now !== null && JSON.stringify(now) !== JSON.stringify(then)) {
      if (!isSameSlice(now.slice, then?.slice ?? null)) originals.ask(now.slice);
      run(now);
      return;
    }
    if (needsOtherMask(state, before)) followMask(state);
  });

  return {
    runAgain() {
      const wanted = wantedOf(store.getState());
      if (wanted !== null) run(wanted);
    },
    refresh() {
      const wanted = wantedOf(store.getState());
      if (wanted === null) return;
      originals.ask(wanted.slice);
      run(wanted);
    },
    cancelRun: runs.cancel,
    cancel() {
      for (const one of [originals, masks, runs]) one.cancel();
    },
  };
}
