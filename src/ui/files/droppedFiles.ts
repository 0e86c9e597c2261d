import { ConvAtlasError } from "../../core/errors.ts";
import type { PickedFile } from "../../worker/protocol.ts";
import { isHiddenName, requireFewEntries } from "./folderRules.ts";

/** Model folders are a few levels deep; a deeper one is a disk, or a link in a circle. */
export const DEEPEST_FOLDER = 16;

/** What a drop consists of: entries, or bare files where the browser gives no entry. */
export type DroppedItem = FileSystemEntry | File;

export interface DroppedFiles {
  readonly files: readonly PickedFile[];
  /** Paths of what the browser could not read. */
  readonly unreadable: readonly string[];
}

interface Place {
  readonly item: DroppedItem;
  readonly path: string;
  /** Folders above it. */
  readonly depth: number;
}

/**
 * Files and folders of a drop. To be called while the event is handled: afterwards the
 * browser has forgotten what was dropped (HTML, section 6.11.3, protected mode).
 */
export function droppedItems(transfer: DataTransfer): readonly DroppedItem[] {
  const items: DroppedItem[] = [];
  for (const item of transfer.items) {
    if (item.kind !== "file") continue;
    const dropped = item.webkitGetAsEntry() ?? item.getAsFile();
    if (dropped !== null) items.push(dropped);
  }
  return items;
}

/**
 * All files of a drop with their folders. Hidden files (.git, .DS_Store) are left out; what
 * cannot be read is named, and the rest is used.
 *
 * @throws ConvAtlasError `too-large` if there are more entries or levels than a model has,
 * `unreadable` if nothing can be read, `empty-file` if there is nothing.
 */
export async function filesOfDrop(items: readonly DroppedItem[]): Promise<DroppedFiles> {
  const files: PickedFile[] = [];
  const unreadable: string[] = [];
  const places: Place[] = items.map((item) => ({ item, path: item.name, depth: 0 }));
  // The list grows while it is gone through: folders add what they hold.
  for (const { item, path, depth } of places) {
    try {
      if (item instanceof File) files.push({ path, file: item });
      else if (item.isDirectory) {
        requireShallow(path, depth);
        const entries = await entriesOf(item as FileSystemDirectoryEntry, places.length);
        for (const entry of entries) {
          if (isHiddenName(entry.name)) continue;
          places.push({ item: entry, path: `${path}/${entry.name}`, depth: depth + 1 });
        }
      } else files.push({ path, file: await fileOf(item as FileSystemFileEntry) });
    } catch (error) {
      if (error instanceof ConvAtlasError) throw error;
      unreadable.push(path);
    }
  }
  if (files.length === 0) throw nothingToRead(items, unreadable);
  return { files, unreadable };
}

/** A browser hands out a folder in batches (Chromium: of 100); an empty one ends it. */
async function entriesOf(
  folder: FileSystemDirectoryEntry,
  entriesBefore: number,
): Promise<readonly FileSystemEntry[]> {
  const reader = folder.createReader();
  const entries: FileSystemEntry[] = [];
  for (;;) {
    const batch = await new Promise<readonly FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (batch.length === 0) return entries;
    entries.push(...batch);
    requireFewEntries(entriesBefore + entries.length);
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => {
    entry.file(resolve, reject);
  });
}

function requireShallow(path: string, depth: number): void {
  if (depth < DEEPEST_FOLDER) return;
  throw new ConvAtlasError(
    "too-large",
    `Folders are nested more than ${DEEPEST_FOLDER} deep here; choose the folder of the model itself.`,
    path,
  );
}

function nothingToRead(
  items: readonly DroppedItem[],
  unreadable: readonly string[],
): ConvAtlasError {
  const name = items[0]?.name ?? "What was dropped";
  if (unreadable.length === 0) {
    return new ConvAtlasError(
      "empty-file",
      `${name} holds no files; choose the folder that the training program wrote.`,
    );
  }
  return new ConvAtlasError(
    "unreadable",
    `${name} cannot be read; perhaps it was moved or this browser may not open it, so copy it to another folder and choose it there.`,
    unreadable.join("\n"),
  );
}

/** Names shown of what could not be read. */
const NAMES_SHOWN = 3;

/** One sentence for what was left out; null if nothing was. */
export function unreadableSentence(unreadable: readonly string[]): string | null {
  if (unreadable.length === 0) return null;
  const more = unreadable.length - NAMES_SHOWN;
  const names = unreadable.slice(0, NAMES_SHOWN).join(", ");
  return `This browser could not read ${names}${more > 0 ? ` and ${more} more` : ""}, so that was left out.`;
}
