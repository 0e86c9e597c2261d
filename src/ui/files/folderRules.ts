import { ConvAtlasError } from "../../core/errors.ts";

/** A model folder holds tens of files, a sharded one hundreds; more is a whole project. */
export const MOST_ENTRIES = 5000;

/** Of version control, of the operating system: never part of a model. */
export function isHiddenName(name: string): boolean {
  return name.startsWith(".") || name === "__MACOSX";
}

/** @throws ConvAtlasError `too-large` if there are more files and folders than a model has. */
export function requireFewEntries(entries: number): void {
  if (entries <= MOST_ENTRIES) return;
  throw new ConvAtlasError(
    "too-large",
    `More than ${MOST_ENTRIES.toLocaleString("en-US")} files and folders are too many to look through; choose the folder of the model itself.`,
  );
}
