import type { ExternalData } from "../../../core/execution/executable.ts";
import { nextTurn } from "../../../core/nextTurn.ts";
import type { Feeds } from "../feeds.ts";
import type { EngineReport, ProviderChoice } from "../protocol.ts";
import type { ModelStarter, RunningModel } from "../session.ts";
import { areAlike, type Outputs } from "./agreement.ts";
import { type MovableModel, movableModel } from "./movableModel.ts";
import { fallText, NO_GRAPHICS, OTHER_NUMBERS } from "./providerWords.ts";

/** A run that takes the processor less leaves little to be gained, and 27 MB would be loaded for it. */
const WORTH_TRYING_MS = 10;

/** How much faster the graphics processor must be: times of single runs scatter. */
const WORTH_CHANGING = 1.25;

/** The processor blocks this worker while it runs: then the time of another run is not its own. */
const TIMED_AT_MOST = 4;

export interface RoomParts {
  readonly wasm: ModelStarter;
  /** Null where there is no graphics processor; asked for when it is to be tried. */
  readonly graphics: () => Promise<ModelStarter | null>;
  /** Called when something changes that nobody asked for. */
  readonly onReport: (report: EngineReport) => void;
}

/** A run that has been answered, with what it was given. */
export interface DoneRun {
  readonly feeds: Feeds;
  readonly outputs: Outputs;
  readonly milliseconds: number;
}

/**
 * Decides what computes one network. The processor gives the first answer, at once; then the
 * graphics processor, if there is one, runs the same image in the background, and does what comes
 * after that if it is faster and gives the same. Where it fails, the processor goes on.
 */
export class ProviderRoom {
  readonly #parts: RoomParts;
  #choice: ProviderChoice;
  /** While it computes. */
  #graphics: ModelStarter | null = null;
  /** It has failed: it is not tried again with this network. */
  #hasFailed = false;
  #isDecided = false;
  #isTrying = false;
  #isClosed = false;
  #measured: EngineReport["measured"] = null;
  #remark: string | null = null;
  /** The network as a whole; the others are parts of it. */
  #main: MovableModel | null = null;
  /** How often the processor was asked to run. */
  #processorRuns = 0;

  /** @param known what was found for this network and choice before. */
  constructor(
    parts: RoomParts,
    choice: ProviderChoice = "auto",
    known: EngineReport | null = null,
  ) {
    this.#parts = parts;
    this.#choice = choice;
    this.#isDecided = choice === "wasm";
    // That the graphics processor is better is tried anew: it has to start anyway.
    if (known?.isDecided && known.engine.provider === "wasm") {
      this.#isDecided = true;
      this.#measured = known.measured;
      this.#remark = known.remark;
    }
  }

  report(): EngineReport {
    const { engine } = this.#graphics ?? this.#parts.wasm;
    const isDecided = this.#isDecided;
    return { engine, isDecided, measured: this.#measured, remark: this.#remark };
  }

  /**
   * Starts a network, or a part of it, where it is to run at present; the network itself first.
   * @throws ConvAtlasError `cannot-run` or `too-large`.
   */
  async start(
    model: Uint8Array<ArrayBuffer>,
    externalData: readonly ExternalData[],
  ): Promise<RunningModel> {
    const started = await movableModel(model, externalData, (task) => this.#attempt(task));
    this.#main ??= started;
    return started;
  }

  /** Another choice; what is not known about it is tried after the next run. */
  choose(choice: ProviderChoice): EngineReport {
    if (choice === this.#choice) return this.report();
    this.#choice = choice;
    this.#graphics = null;
    this.#isDecided = choice === "wasm";
    if (!this.#hasFailed) this.#remark = null;
    else this.#isDecided = true;
    return this.report();
  }

  /** To be called after each run of the network on an image. */
  async afterRun(run: DoneRun): Promise<void> {
    if (this.#isDecided || this.#isTrying || this.#main === null) return;
    this.#isTrying = true;
    const choice = this.#choice;
    // The answer leaves first.
    await nextTurn();
    const found = await this.#tried(this.#main, run);
    this.#isTrying = false;
    if (this.#isClosed) return this.dispose();
    if (choice !== this.#choice) return this.afterRun(run);
    this.#isDecided = true;
    this.#graphics = found;
    this.#parts.onReport(this.report());
  }

  /** The graphics processor, if the network is to run there. */
  async #tried(main: MovableModel, run: DoneRun): Promise<ModelStarter | null> {
    const insists = this.#choice === "webgpu";
    if (!insists && run.milliseconds < WORTH_TRYING_MS) return null;
    let graphics: ModelStarter | null = null;
    try {
      graphics = await this.#parts.graphics();
      if (graphics === null) {
        this.#remark = insists ? NO_GRAPHICS : null;
        return null;
      }
      const milliseconds = await this.#measuredOn(graphics, main, run);
      if (milliseconds !== null) {
        this.#measured = { wasm: run.milliseconds, webgpu: milliseconds };
        if (insists || milliseconds * WORTH_CHANGING < run.milliseconds) return graphics;
      }
    } catch (thrown) {
      this.#failed(fallText(thrown));
    }
    if (graphics !== null) {
      await main.leave(graphics);
      graphics.clear();
    }
    return null;
  }

  /** Gives back the network, when its parts are given back. */
  async dispose(): Promise<void> {
    this.#isClosed = true;
    // It is given back when it has been tried.
    if (this.#isTrying) return;
    await this.#main?.dispose();
    this.#graphics?.clear();
  }

  /** Milliseconds; null if it gives other numbers. */
  async #measuredOn(
    graphics: ModelStarter,
    main: MovableModel,
    { feeds, outputs }: DoneRun,
  ): Promise<number | null> {
    const running = await main.on(graphics);
    const wanted = [...outputs.keys()];
    // The first run compiles its shaders, and sends it the weights.
    if (!areAlike(outputs, await running.run(feeds, wanted))) {
      this.#failed(OTHER_NUMBERS);
      return null;
    }
    let best = Number.POSITIVE_INFINITY;
    for (let count = 0; count < TIMED_AT_MOST; count += 1) {
      const processorRuns = this.#processorRuns;
      const startedAt = performance.now();
      await running.run(feeds, wanted);
      best = Math.min(best, performance.now() - startedAt);
      if (processorRuns === this.#processorRuns) break;
    }
    return best;
  }

  /** Where networks run at present, and on the processor if they fail there. */
  async #attempt<Result>(task: (starter: ModelStarter) => Promise<Result>): Promise<Result> {
    const graphics = this.#graphics;
    if (graphics === null) return this.#onProcessor(task);
    try {
      return await task(graphics);
    } catch (thrown) {
      // What the processor cannot do either is not the fault of the other.
      const result = await this.#onProcessor(task);
      if (this.#graphics === graphics) {
        this.#failed(fallText(thrown));
        this.#parts.onReport(this.report());
      }
      return result;
    }
  }

  async #onProcessor<Result>(task: (starter: ModelStarter) => Promise<Result>): Promise<Result> {
    this.#processorRuns += 1;
    try {
      return await task(this.#parts.wasm);
    } finally {
      this.#processorRuns += 1;
    }
  }

  /** For good, as far as this network goes. */
  #failed(remark: string): void {
    this.#graphics = null;
    this.#hasFailed = true;
    this.#isDecided = true;
    this.#remark = remark;
  }
}
