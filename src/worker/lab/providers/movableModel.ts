import type { ExternalData } from "../../../core/execution/executable.ts";
import type { ModelStarter, RunningModel } from "../session.ts";

/** Does a task where networks run at present. */
export type Attempt = <Result>(task: (starter: ModelStarter) => Promise<Result>) => Promise<Result>;

/** A network that runs where others do, and moves with them. */
export interface MovableModel extends RunningModel {
  /** The network as this one runs it; started with the first call. */
  on(starter: ModelStarter): Promise<RunningModel>;
  /** Gives back what it takes there. */
  leave(starter: ModelStarter): Promise<void>;
}

/** @throws ConvAtlasError `cannot-run` or `too-large` where no one can start it. */
export async function movableModel(
  model: Uint8Array<ArrayBuffer>,
  externalData: readonly ExternalData[],
  attempt: Attempt,
): Promise<MovableModel> {
  const started = new Map<ModelStarter, Promise<RunningModel>>();

  function on(starter: ModelStarter): Promise<RunningModel> {
    const known = started.get(starter);
    if (known !== undefined) return known;
    const starting = starter.start(model, externalData);
    starting.catch(() => started.delete(starter));
    started.set(starter, starting);
    return starting;
  }

  async function leave(starter: ModelStarter): Promise<void> {
    const starting = started.get(starter);
    started.delete(starter);
    try {
      await (await starting)?.dispose();
    } catch {
      // What has failed holds nothing that could be given back.
    }
  }

  const { inputs, outputs } = await attempt(on);
  return {
    inputs,
    outputs,
    run: (feeds, wanted) => attempt(async (starter) => (await on(starter)).run(feeds, wanted)),
    on,
    leave,
    async dispose() {
      for (const starter of [...started.keys()]) await leave(starter);
    },
  };
}
