import { ConvAtlasError } from "../../errors.ts";
import { fileName } from "../../files/fileSet.ts";
import { shownName } from "../shownName.ts";
import type { OnnxTensor } from "./model.ts";
import type { TensorFiles } from "./tensorNumbers.ts";

/** Files that an error message names; the rest is in its list. */
const NAMES_IN_MESSAGE = 3;

/**
 * Makes sure that every file with numbers of these tensors is at hand, before any is read.
 * @throws ConvAtlasError `missing-companion-file` with the names of all that are not.
 */
export function requireCompanions(
  tensors: readonly OnnxTensor[],
  { source, companions }: TensorFiles,
): void {
  const locations = new Set(
    tensors.flatMap(({ data }) => (data.kind === "external" ? [data.location] : [])),
  );
  const missing = [...locations].filter((location) => companions.get(location) === undefined);
  if (missing.length > 0) throw missingCompanions(source.name, missing);
}

/** The error that asks for the files with numbers that are not at hand. */
export function missingCompanions(modelName: string, locations: readonly string[]) {
  const names = [...new Set(locations.map(fileName))];
  const shown = names.slice(0, NAMES_IN_MESSAGE).map(shownName).join(", ");
  const more =
    names.length > NAMES_IN_MESSAGE ? ` and ${names.length - NAMES_IN_MESSAGE} more` : "";
  const sentence =
    names.length === 1
      ? `The weights of ${modelName} lie in a second file, ${shown}; open both files together.`
      : `The weights of ${modelName} lie in ${names.length} more files (${shown}${more}); open them all together.`;
  return new ConvAtlasError(
    "missing-companion-file",
    sentence,
    `external data locations ${locations.join(", ")}`,
    names,
  );
}
