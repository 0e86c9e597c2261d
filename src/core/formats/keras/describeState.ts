import { throwIfCancelled } from "../../errors.ts";
import type { ReadContext } from "../format.ts";
import type { Hdf5File } from "../hdf5/hdf5File.ts";
import { findConfig } from "./companionConfig.ts";
import { translateConfig } from "./configGraph.ts";
import type { JsonObject } from "./configValues.ts";
import { unusableConfig } from "./errors.ts";
import type { KerasModel } from "./kerasModel.ts";
import { collectState, emptyState } from "./stateGroups.ts";
import { weightsByConfig, weightsByGroup } from "./stateWeights.ts";

/**
 * The model whose state Keras 3 saved in these files; null if they hold no state.
 *
 * @param config the model's configuration; null for weights alone, where a file beside them may
 * tell it.
 */
export async function describeState(
  files: readonly Hdf5File[],
  config: JsonObject | null,
  version: string | null,
  context: ReadContext,
): Promise<KerasModel | null> {
  const { source, signal } = context;
  const state = emptyState();
  for (const file of files) collectState(file, state, signal);
  throwIfCancelled(signal);
  const byName = weightsByGroup(state);
  if (byName.length === 0) return null;
  const named = { architecture: null, groups: byName, version, isTheano: false };
  if (config === null) {
    const { found, warnings } = await findConfig(context, byName, (beside) =>
      weightsByConfig(beside, state),
    );
    return { ...named, ...found, warnings };
  }
  const architecture = translateConfig(config);
  const byConfig = weightsByConfig(config, state);
  if (architecture !== null && byConfig.some(({ weights }) => weights.length > 0)) {
    return { ...named, architecture, groups: byConfig, warnings: [] };
  }
  return { ...named, warnings: [unusableConfig(source.name)] };
}
