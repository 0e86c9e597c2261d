import { toConvAtlasError } from "../../core/errors.ts";
import type { PageError } from "./pageState.ts";

/** Any thrown value as the page keeps and shows it. */
export function pageErrorOf(
  thrown: unknown,
  modelName: string,
  remarks: readonly string[] = [],
): PageError {
  const { code, message, details, missingFiles } = toConvAtlasError(thrown);
  return { code, message, details, modelName, missingFiles, remarks };
}
