import { throwIfCancelled } from "../../errors.ts";
import type { ReadContext } from "../format.ts";
import type { Hdf5File } from "../hdf5/hdf5File.ts";
import { type AssembledNetwork, assembleConfigured, assembleNamed } from "./assembleNetwork.ts";
import { translateConfig } from "./configGraph.ts";
import type { JsonObject } from "./configValues.ts";
import { noWeights, unusableConfig } from "./errors.ts";
import { collectState, emptyState } from "./stateGroups.ts";
import { weightsByConfig, weightsByGroup } from "./stateWeights.ts";

/**
 * The network whose state Keras 3 saved in these files.
 *
 * @param config the model's configuration; null where there is none.
 */
export async function assembleState(
  files: readonly Hdf5File[],
  config: JsonObject | null,
  context: ReadContext,
): Promise<AssembledNetwork> {
  const { source, signal } = context;
  const state = emptyState();
  for (const file of files) collectState(file, state, signal);
  throwIfCancelled(signal);
  const byGroup = weightsByGroup(state);
  if (byGroup.every(({ weights }) => weights.length === 0)) throw noWeights(source.name);
  const architecture = config === null ? null : translateConfig(config);
  const byConfig = config === null ? [] : weightsByConfig(config, state);
  if (architecture !== null && byConfig.some(({ weights }) => weights.length > 0)) {
    return assembleConfigured(architecture, byConfig, context);
  }
  const assembled = await assembleNamed(byGroup, context);
  if (config === null) return assembled;
  return { ...assembled, warnings: [unusableConfig(source.name), ...assembled.warnings] };
}
