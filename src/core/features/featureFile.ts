import { ConvAtlasError } from "../errors.ts";
import type { Feature } from "./clinicalKernels.ts";

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isFeature(value: unknown): value is Feature {
  return (
    isRecord(value) &&
    typeof value.id === "string" &&
    typeof value.label === "string" &&
    Array.isArray(value.kernel) &&
    value.kernel.length === 9 &&
    value.kernel.every((entry) => typeof entry === "number" && Number.isFinite(entry))
  );
}

/**
 * A feature set of one's own: a JSON array of { id, label, kernel: 9 numbers }, or
 * an object with such an array under `features` (a results file will do).
 *
 * @param name file name, for the error.
 * @throws ConvAtlasError `bad-setting`.
 */
export function parseFeatures(text: string, name: string): readonly Feature[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new ConvAtlasError("bad-setting", `${name} is not valid JSON.`, String(error));
  }
  const list = isRecord(parsed) ? parsed.features : parsed;
  if (!Array.isArray(list) || !list.every(isFeature)) {
    throw new ConvAtlasError(
      "bad-setting",
      `${name} is not a feature set: it needs a list of { "id", "label", "kernel": [9 numbers] }.`,
    );
  }
  return list.map(({ id, label, kernel }) => ({ id, label, kernel }));
}
