import { ConvAtlasError } from "../errors.ts";
import { INDETERMINATE_ID } from "../selection/kernelGroup.ts";
import type { Feature } from "./clinicalKernels.ts";

/** Longer names fit in no figure. */
export const LONGEST_NAME = 80;

/** Of ids made here; room is left for the number that tells equal names apart. */
const LONGEST_ID = 60;

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
  for (const feature of list) checkNames(feature, name);
  return list.map(({ id, label, kernel }) => ({ id, label, kernel }));
}

function checkNames({ id, label }: Feature, name: string): void {
  const isNamed = [id, label].every((text) => text.trim() !== "" && text.length <= LONGEST_NAME);
  if (!isNamed || id === INDETERMINATE_ID) {
    throw new ConvAtlasError(
      "bad-setting",
      `${name} is not a feature set: each "id" and "label" needs 1 to ${LONGEST_NAME} characters, and "${INDETERMINATE_ID}" is no id.`,
    );
  }
}

/** A feature set as the text of a file that `parseFeatures` reads; one line per feature. */
export function featuresText(features: readonly Feature[]): string {
  const lines = features.map(({ id, label, kernel }) => JSON.stringify({ id, label, kernel }));
  return `[\n  ${lines.join(",\n  ")}\n]\n`;
}

/** An id made of a name: lower case letters, digits and "-", none of those taken. */
export function idOfLabel(label: string, taken: ReadonlySet<string>): string {
  const plain = label.normalize("NFKD").toLowerCase();
  const words = plain.replace(/[^a-z0-9]+/g, "-").slice(0, LONGEST_ID);
  const stem = words.replace(/^-+|-+$/g, "") || "filter";
  for (let number = 1; ; number++) {
    const id = number === 1 ? stem : `${stem}-${number}`;
    if (!taken.has(id) && id !== INDETERMINATE_ID) return id;
  }
}
