import type { ByteSource } from "../../bytes/byteSource.ts";
import { isObject, type JsonObject, parseConfigText } from "./configValues.ts";

/** The configurations of the deepest networks take a few megabytes. */
const MAX_CONFIG_BYTES = 16 * 1024 * 1024;

/** The object in a file of Python's JSON; null if it is none or larger than a configuration. */
export async function readConfigFile(source: ByteSource): Promise<JsonObject | null> {
  if (source.byteLength > MAX_CONFIG_BYTES) return null;
  const text = new TextDecoder().decode(await source.slice(0, source.byteLength));
  try {
    const value = parseConfigText(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
