import { inputFeed } from "./inputFeed.ts";
import { weightFeeds } from "./layerWeights.ts";
import { mapsOf } from "./maps.ts";
import { fedPicture, type PreparedSlice } from "./preparedSlice.ts";
import type { RunResult } from "./protocol.ts";
import type { ProviderRoom } from "./providers/providerRoom.ts";
import type { RunnableNetwork } from "./runnableNetwork.ts";

/**
 * Runs the network as it is on one picture.
 * @throws ConvAtlasError `cannot-run`, `too-large`.
 */
export async function runNetwork(
  runnable: RunnableNetwork,
  prepared: PreparedSlice,
  room: ProviderRoom,
): Promise<RunResult> {
  const { input, running, slots, outputs } = runnable;
  const startedAt = performance.now();
  const feeds = { ...weightFeeds(slots), ...inputFeed(input, fedPicture(prepared)) };
  const results = await running.run(
    feeds,
    outputs.map(({ name }) => name),
  );
  const milliseconds = performance.now() - startedAt;
  const { engine } = room.report();
  void room.afterRun({ feeds, outputs: results, milliseconds });
  const maps = outputs.map(({ name, layout, isBatched }) => {
    const found = results.get(name);
    if (found === undefined) throw new Error(`ONNX Runtime made no ${name}`);
    return mapsOf(found, layout, isBatched);
  });
  return { input: prepared.maps, outputs: maps, milliseconds, engine };
}
