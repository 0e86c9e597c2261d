import { throwIfCancelled } from "../../errors.ts";
import { malformedModel, shownName, tooLargeModel } from "./errors.ts";
import { BYTES_PER_ELEMENT, type ManifestGroup, type WeightEntry } from "./manifest.ts";
import type { JoinedFiles } from "./shards.ts";

/** Texts of one weight, such as a vocabulary; each has to be visited to find the next weight. */
const MAX_TEXTS = 1_000_000;
/** Bytes read at a time while the lengths of texts are followed. */
const WINDOW_BYTES = 64 * 1024;
const LENGTH_BYTES = BYTES_PER_ELEMENT.string;

/** A weight and where its bytes stand. */
export interface LocatedWeight extends WeightEntry {
  readonly files: JoinedFiles;
  /** Bytes [start, end) of the joined files. */
  readonly start: number;
  readonly end: number;
}

export interface Located {
  readonly weights: readonly LocatedWeight[];
  /** Names of files that go on behind the last weight, as those of another model would. */
  readonly tooLong: readonly string[];
}

/**
 * Finds each weight in the joined files of its group: they stand there without gaps.
 *
 * @param files of each group.
 * @throws ConvAtlasError `truncated` if the files are shorter than the weights, `too-large`.
 */
export async function locateWeights(
  groups: readonly ManifestGroup[],
  files: readonly JoinedFiles[],
  fileName: string,
  signal: AbortSignal,
): Promise<Located> {
  const weights: LocatedWeight[] = [];
  const tooLong: string[] = [];
  for (const [index, group] of groups.entries()) {
    const end = await locateGroup(group, files[index], weights, fileName, signal);
    if (end < files[index].byteLength) tooLong.push(...files[index].names());
  }
  return { weights, tooLong };
}

/** Adds the group's weights to `found`; the end of the last one. */
async function locateGroup(
  group: ManifestGroup,
  files: JoinedFiles,
  found: LocatedWeight[],
  fileName: string,
  signal: AbortSignal,
): Promise<number> {
  const least = group.weights.reduce((sum, weight) => sum + leastBytes(weight), 0);
  if (least > files.byteLength) {
    if (files.names().length === 0) throw noFile(fileName);
    throw await files.cutShort(least, `${group.weights.length} weights`);
  }
  let start = 0;
  for (const weight of group.weights) {
    throwIfCancelled(signal);
    const end =
      weight.stored === "string"
        ? await endOfTexts(weight, files, start, fileName)
        : start + leastBytes(weight);
    if (end > files.byteLength)
      throw await files.cutShort(end, `weights ${shownName(weight.name)}`);
    found.push({ ...weight, files, start, end });
    start = end;
  }
  return start;
}

function noFile(fileName: string) {
  return malformedModel(fileName, "it lists weights without the files that hold them");
}

function leastBytes({ elements, stored }: WeightEntry): number {
  return elements * BYTES_PER_ELEMENT[stored];
}

/** Each text stands behind its length in bytes, an unsigned 32-bit integer (`io_utils.ts`). */
async function endOfTexts(
  { name, elements }: WeightEntry,
  files: JoinedFiles,
  start: number,
  fileName: string,
): Promise<number> {
  if (elements > MAX_TEXTS) {
    throw tooLargeModel(
      fileName,
      `the weights ${shownName(name)} hold more than ${MAX_TEXTS} texts`,
    );
  }
  let at = start;
  let window = new DataView(new ArrayBuffer(0));
  let windowStart = start;
  for (let text = 0; text < elements; text += 1) {
    const beyond = at + LENGTH_BYTES;
    if (beyond > files.byteLength) return beyond;
    if (beyond > windowStart + window.byteLength) {
      const end = Math.min(files.byteLength, at + WINDOW_BYTES);
      window = new DataView((await files.read(at, end)).buffer);
      windowStart = at;
    }
    at = beyond + window.getUint32(at - windowStart, true);
  }
  return at;
}
