import type { ByteSource } from "../../bytes/byteSource.ts";
import { ConvAtlasError } from "../../errors.ts";
import { type Companions, fileName } from "../../files/fileSet.ts";
import { HEAD_BYTES, unrecognisedFileError } from "../notAModel.ts";
import { malformedModel, shownName } from "./errors.ts";
import type { ManifestGroup } from "./manifest.ts";

/** Missing files that the sentence names; `missingFiles` has them all. */
const NAMES_IN_SENTENCE = 3;

/** Files whose bytes count as joined, as those of one group of weights do. */
export class JoinedFiles {
  readonly byteLength: number;
  readonly #files: readonly ByteSource[];
  /** Where each file begins in the joined bytes. */
  readonly #starts: readonly number[];

  constructor(files: readonly ByteSource[]) {
    let end = 0;
    this.#files = files;
    this.#starts = files.map(({ byteLength }) => {
      const start = end;
      end += byteLength;
      return start;
    });
    this.byteLength = end;
  }

  /** Bytes [start, end), which may lie in several files; the array begins its buffer. */
  async read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(end - start);
    for (let index = this.#fileAt(start); index < this.#files.length; index += 1) {
      const offset = this.#starts[index];
      const file = this.#files[index];
      if (offset >= end) break;
      const from = Math.max(start, offset);
      const to = Math.min(end, offset + file.byteLength);
      if (from < to) bytes.set(await file.slice(from - offset, to - offset), from - start);
    }
    return bytes;
  }

  /**
   * The error that these files, one at least, hold fewer bytes than `needed`. Converters cut at
   * one size: the short one is the file that is smaller than others before the last, or the last.
   */
  async cutShort(needed: number, details: string): Promise<ConvAtlasError> {
    const largest = this.#files.reduce((most, file) => Math.max(most, file.byteLength), 0);
    const odd = this.#files.slice(0, -1).find((file) => file.byteLength < largest);
    const short = odd ?? this.#files[this.#files.length - 1];
    const whole = short.byteLength + needed - this.byteLength;
    return (
      (await standInError(short)) ??
      new ConvAtlasError(
        "truncated",
        `${short.name} is cut short: it holds ${short.byteLength} of ${whole} bytes; download or copy it again.`,
        details,
      )
    );
  }

  /** Names of the files, for a remark about them. */
  names(): readonly string[] {
    return this.#files.map(({ name }) => name);
  }

  /** Index of the file that holds the byte at `position`. */
  #fileAt(position: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.#starts[middle] <= position) low = middle;
      else high = middle;
    }
    return low;
  }
}

/** Often a short file is no weights at all but a Git LFS pointer or the page of a failed download. */
async function standInError(file: ByteSource): Promise<ConvAtlasError | null> {
  const head = await file.slice(0, Math.min(HEAD_BYTES, file.byteLength));
  const error = unrecognisedFileError(file.name, head);
  return error.code === "git-lfs-pointer" || error.code === "not-a-model" ? error : null;
}

/**
 * The files of each group, in the order of the manifest whatever order they came in.
 *
 * @throws ConvAtlasError `missing-companion-file` that names all files that are not there,
 * `malformed` if one is listed twice: small files could be joined to any length.
 */
export function findShards(
  groups: readonly ManifestGroup[],
  companions: Companions,
  modelName: string,
): readonly JoinedFiles[] {
  const missing = new Set<string>();
  const taken = new Set<ByteSource>();
  const found = groups.map(({ paths }) =>
    paths.flatMap((path) => {
      const file = findFile(path, companions);
      if (file === undefined) missing.add(nameOf(path));
      else if (taken.has(file)) throw malformedModel(modelName, `it lists ${file.name} twice`);
      else taken.add(file);
      return file ?? [];
    }),
  );
  if (missing.size > 0) throw missingShards([...missing], modelName);
  return found.map((files) => new JoinedFiles(files));
}

/** Paths are relative URLs: they may be percent-encoded and end in a query. */
function findFile(path: string, companions: Companions): ByteSource | undefined {
  return companions.get(path) ?? companions.get(decoded(path));
}

function decoded(path: string): string {
  const [withoutQuery] = path.split(/[?#]/);
  try {
    return decodeURIComponent(withoutQuery);
  } catch {
    return withoutQuery;
  }
}

function nameOf(path: string): string {
  return fileName(decoded(path)) || fileName(path);
}

function missingShards(missing: readonly string[], modelName: string): ConvAtlasError {
  const shown = missing.slice(0, NAMES_IN_SENTENCE).map(shownName).join(", ");
  const rest = missing.length - NAMES_IN_SENTENCE;
  const names = rest > 0 ? `${shown} and ${rest} more` : shown;
  return new ConvAtlasError(
    "missing-companion-file",
    missing.length === 1
      ? `Weights of ${modelName} lie in another file, ${names}; open both files together.`
      : `Weights of ${modelName} lie in ${missing.length} other files (${names}); open all of them together.`,
    "",
    missing,
  );
}
