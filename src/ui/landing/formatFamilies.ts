import { FORMAT_NAMES } from "../../core/formats/formatNames.ts";

/** "TensorFlow" of "TensorFlow.js" and "TensorFlow SavedModel": ten formats are too many to read. */
export function formatFamilies(): readonly string[] {
  const families = Object.values(FORMAT_NAMES).map(({ label }) => label.split(/[ .]/)[0]);
  return [...new Set(families)];
}
