import { ConvAtlasError } from "../../core/errors.ts";
import type { PickedFile } from "../../worker/protocol.ts";
import { isHiddenName, requireFewEntries } from "./folderRules.ts";

/**
 * Files of a file dialog with their folders, where a folder was chosen; without hidden ones.
 *
 * @throws ConvAtlasError `too-large` or `empty-file`.
 */
export function pickedFiles(chosen: Iterable<File>): readonly PickedFile[] {
  const files: PickedFile[] = [];
  for (const file of chosen) {
    const path = file.webkitRelativePath || file.name;
    const [, ...below] = path.split("/");
    if (!below.some(isHiddenName)) files.push({ path, file });
  }
  requireFewEntries(files.length);
  if (files.length === 0) {
    throw new ConvAtlasError(
      "empty-file",
      "The folder holds no files; choose the folder that the training program wrote.",
    );
  }
  return files;
}

/** What to call files that are opened together: the file, their folder, or the first of them. */
export function nameOfFiles(files: readonly PickedFile[]): string {
  const [first] = files;
  if (first === undefined) return "file";
  if (files.length === 1) return first.file.name;
  const folder = topFolder(first.path);
  if (folder !== null && files.every(({ path }) => topFolder(path) === folder)) return folder;
  const others = files.length - 1;
  return `${first.file.name} and ${others} other ${others === 1 ? "file" : "files"}`;
}

function topFolder(path: string): string | null {
  const end = path.indexOf("/");
  return end < 0 ? null : path.slice(0, end);
}
