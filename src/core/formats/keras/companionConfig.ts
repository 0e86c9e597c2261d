import type { ByteSource } from "../../bytes/byteSource.ts";
import type { ReadContext } from "../format.ts";
import { readConfigFile } from "./configFile.ts";
import { type Architecture, translateConfig } from "./configGraph.ts";
import type { JsonObject } from "./configValues.ts";
import { fits, WeightMatcher } from "./matchWeights.ts";
import { kernelPart, type WeightGroup } from "./storedWeights.ts";

/** Files looked at, and their bytes in all; a folder of a data set holds thousands. */
const MAX_FILES = 50;
const MAX_BYTES = 64 * 1024 * 1024;
/** Of the kernels in the file and in the configuration, whichever are more. */
const SMALLEST_SHARE_FOUND = 0.5;
/** `to_yaml` starts with one of these words, in alphabetical order. */
const YAML_START = /^(backend|class_name|config): /;
const YAML_BYTES = 64;

/** What the files beside a file of weights tell of the network. */
export interface CompanionConfig {
  /** Null where none of them describes it. */
  readonly found: {
    readonly architecture: Architecture;
    readonly groups: readonly WeightGroup[];
  } | null;
  readonly warnings: readonly string[];
}

/**
 * Looks among the companions of a file of weights for the configuration that `to_json()` made
 * of the same model. One that does not fit the weights is another model's and is not used.
 *
 * @param groupsFor the weights by layer, which in Keras 3's layout depend on the configuration.
 */
export async function findConfig(
  { source, companions }: Pick<ReadContext, "source" | "companions">,
  stored: readonly WeightGroup[],
  groupsFor: (config: JsonObject) => readonly WeightGroup[],
): Promise<CompanionConfig> {
  const paths = companions.paths();
  const warnings: string[] = [];
  let bytes = 0;
  for (const path of paths.filter((name) => /\.json$/i.test(name)).slice(0, MAX_FILES)) {
    const file = companions.get(path);
    bytes += file?.byteLength ?? 0;
    if (file === undefined || bytes > MAX_BYTES) continue;
    const config = await configIn(file);
    if (config === null) continue;
    const architecture = translateConfig(config);
    const groups = groupsFor(config);
    if (architecture !== null && isOfThese(architecture, groups, stored)) {
      return { found: { architecture, groups }, warnings: [] };
    }
    warnings.push(
      `${path} describes another network than the one whose weights ${source.name} holds, so it is not used.`,
    );
  }
  if (warnings.length > 0) return { found: null, warnings };
  for (const path of paths.filter((name) => /\.ya?ml$/i.test(name)).slice(0, MAX_FILES)) {
    const file = companions.get(path);
    if (file === undefined || !(await isYamlConfig(file))) continue;
    warnings.push(
      `${path} may describe the network, but YAML is not read; save the configuration with model.to_json() and open it together with the weights.`,
    );
  }
  return { found: null, warnings };
}

async function configIn(file: ByteSource): Promise<JsonObject | null> {
  const content = await readConfigFile(file);
  const isConfig = content !== null && typeof content.class_name === "string";
  return isConfig && "config" in content ? content : null;
}

async function isYamlConfig(file: ByteSource): Promise<boolean> {
  const head = await file.slice(0, Math.min(YAML_BYTES, file.byteLength));
  return YAML_START.test(new TextDecoder().decode(head));
}

/** Whether most kernels of the file are those of the configuration's layers, and the reverse. */
function isOfThese(
  { convolutions }: Architecture,
  groups: readonly WeightGroup[],
  stored: readonly WeightGroup[],
): boolean {
  const matcher = new WeightMatcher(groups);
  const known = convolutions.filter(({ kind }) => kind !== "unknown");
  const found = known.filter((convolution) => {
    const kernel = matcher.takeKernel(convolution);
    return kernel !== null && fits(kernel, convolution);
  });
  const kernels = stored
    .flatMap(({ weights }) => weights)
    .filter((weight) => weight.shape.length >= 3 && isFirstKernel(kernelPart(weight)));
  return found.length > SMALLEST_SHARE_FOUND * Math.max(known.length, kernels.length);
}

function isFirstKernel(part: ReturnType<typeof kernelPart>): boolean {
  return part === "kernel" || part === "depthwise_kernel";
}
