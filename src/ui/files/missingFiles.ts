import { fileName } from "../../core/files/fileSet.ts";
import type { PickedFile } from "../../worker/protocol.ts";

/**
 * True if all of the files were asked for by name. A folder that holds more is a model of its own,
 * which only shares the usual names of its parts: its weights must never join another's graph.
 */
export function answersRequest(files: readonly PickedFile[], missing: readonly string[]): boolean {
  const asked = new Set(missing.map(fileName));
  return files.length > 0 && files.every(({ file }) => asked.has(file.name));
}

/**
 * The files of an attempt with those that were added to it. What is chosen again takes the
 * place of what was chosen before: a name that stood twice would name neither.
 */
export function withAddedFiles(
  before: readonly PickedFile[],
  added: readonly PickedFile[],
): readonly PickedFile[] {
  const paths = new Set(added.map(({ path }) => path));
  const contents = new Set(added.map(({ file }) => identity(file)));
  const kept = before.filter(({ path, file }) => !paths.has(path) && !contents.has(identity(file)));
  return [...kept, ...added];
}

/** As good as a browser tells whether two File objects are the same file of the disk. */
function identity({ name, size, lastModified }: File): string {
  return `${size} ${lastModified} ${name}`;
}

/** True if files were added and everything asked for before is still asked for. */
export function isAskedAgain(before: readonly string[], now: readonly string[]): boolean {
  return (
    before.length > 0 && before.length === now.length && now.every((it) => before.includes(it))
  );
}
