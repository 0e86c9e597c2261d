import type { ByteSource } from "../bytes/byteSource.ts";
import { ConvAtlasError, type ErrorCode } from "../errors.ts";
import { type Companions, companionsOf, loose, type PlacedFile } from "../files/fileSet.ts";
import type { ModelFormat } from "./format.ts";
import { FORMAT_NAMES } from "./formatNames.ts";
import { HEAD_BYTES, unrecognisedFileError } from "./notAModel.ts";
import { FORMATS } from "./registry.ts";
import { looksLikeZip, openZip } from "./zip/zipArchive.ts";

/** Files looked at to find the model among them; folders of data sets hold far more. */
const MAX_FILES_LOOKED_AT = 2000;

/** Other models named in the remark that there are others. */
const OTHERS_NAMED = 3;

/** The file to open, its format, and what came with it. */
export interface ChosenModel {
  /** What to call the model: its file, with the folder where it came in one. */
  readonly title: string;
  readonly source: ByteSource;
  readonly format: ModelFormat;
  readonly companions: Companions;
  /** The companions that the reader took, by name; complete once the model has been read. */
  parts(): readonly ByteSource[];
  /** Plain sentences about the choice; complete once the model has been read. */
  remarks(): readonly string[];
}

interface Recognised {
  readonly file: PlacedFile;
  readonly format: ModelFormat;
}

/**
 * Of several files, the one to open and those that belong to it. Each is looked at, since a
 * model file may be named after its weights or the other way round; formats that tell other
 * files what they are (an index of shards) come first in the registry and win. An archive that
 * is no model itself is a folder.
 *
 * @throws ConvAtlasError if none of them is a model, with the reason of the first.
 */
export async function chooseModel(files: readonly PlacedFile[]): Promise<ChosenModel> {
  const { found, firstError } = await recogniseAll(files);
  const rank = ({ format }: Recognised) => FORMATS.indexOf(format);
  const [chosen, ...others] = found.toSorted((one, other) => rank(one) - rank(other));
  if (chosen !== undefined) {
    const { companions, used } = usageNoted(companionsOf(chosen.file, files));
    const { source } = chosen.file;
    const unused = () => others.filter(({ file }) => !used.has(file.source));
    return {
      title: titleOf(chosen.file),
      source,
      format: chosen.format,
      companions,
      parts: () => byName(used),
      remarks: () => otherModels(source.name, unused()),
    };
  }
  const [first] = files;
  if (files.length === 1 && (await looksLikeZip(first.source)))
    return chooseInArchive(first.source);
  throw firstError;
}

/** The same for a file that a person named, whatever else lies beside it. */
export async function recogniseModel(
  source: ByteSource,
  companions: Companions,
): Promise<ChosenModel> {
  const format = await recognise(source);
  if (format !== null) {
    const { companions: noting, used } = usageNoted(companions);
    return {
      title: source.name,
      source,
      format,
      companions: noting,
      parts: () => byName(used),
      remarks: () => [],
    };
  }
  return chooseModel(loose([source]));
}

/** Many models are called model.json or saved_model.pb: their folder tells them apart. */
function titleOf({ path }: PlacedFile): string {
  return path.split("/").slice(-2).join("/");
}

async function recogniseAll(files: readonly PlacedFile[]) {
  const found: Recognised[] = [];
  let firstError: unknown = null;
  for (const file of likeliestFirst(files).slice(0, MAX_FILES_LOOKED_AT)) {
    try {
      const format = await recognise(file.source);
      if (format !== null) found.push({ file, format });
      else firstError ??= await refusal(file.source);
    } catch (error) {
      firstError ??= error;
    }
  }
  firstError ??= new ConvAtlasError("empty-file", "There is no file here; choose a model file.");
  return { found, firstError };
}

/** The names decide only in which order files are looked at. */
function likeliestFirst(files: readonly PlacedFile[]): readonly PlacedFile[] {
  const endings = Object.values(FORMAT_NAMES).flatMap(({ extensions }) => extensions);
  const isUsual = ({ path }: PlacedFile) => endings.some((ending) => path.endsWith(ending));
  return [...files.filter(isUsual), ...files.filter((file) => !isUsual(file))];
}

async function recognise(source: ByteSource): Promise<ModelFormat | null> {
  if (source.byteLength === 0) {
    throw new ConvAtlasError(
      "empty-file",
      `${source.name} is empty (0 bytes); the download or copy probably failed, so get the file again.`,
    );
  }
  for (const format of FORMATS) {
    if (await format.matches(source)) return format;
  }
  return null;
}

async function refusal(source: ByteSource): Promise<ConvAtlasError> {
  const head = await source.slice(0, Math.min(HEAD_BYTES, source.byteLength));
  return unrecognisedFileError(source.name, head);
}

/** An archive within the archive is not opened: that could go on for ever. */
async function chooseInArchive(source: ByteSource): Promise<ChosenModel> {
  const archive = await openZip(source);
  const files = archive.members
    .filter(({ path }) => !path.startsWith("__MACOSX/"))
    .slice(0, MAX_FILES_LOOKED_AT)
    .map((member): PlacedFile => ({ path: member.path, source: archive.lazySource(member) }));
  const { found, firstError } = await recogniseAll(files);
  if (found.length > 0) return chooseModel(files);
  for (const { source: inner } of files) {
    if (!(await looksLikeZip(inner))) continue;
    throw new ConvAtlasError(
      "unknown-format",
      `${source.name} holds another archive, ${inner.name}; unpack it and open what is inside.`,
    );
  }
  // What is no model stands in any archive; what is a damaged one is worth a word of its own.
  const isModel = firstError instanceof ConvAtlasError && !NO_MODEL.has(firstError.code);
  throw isModel ? firstError : await refusal(source);
}

const NO_MODEL: ReadonlySet<ErrorCode> = new Set(["unknown-format", "not-a-model", "empty-file"]);

/** Remembers which companions a reader took. */
function usageNoted(companions: Companions) {
  const used = new Set<ByteSource>();
  const noting: Companions = {
    paths: () => companions.paths(),
    get(path) {
      const source = companions.get(path);
      if (source !== undefined) used.add(source);
      return source;
    },
  };
  return { companions: noting, used };
}

/** An order that does not depend on the one in which files were dropped. */
function byName(sources: ReadonlySet<ByteSource>): readonly ByteSource[] {
  return [...sources].sort((one, other) => (one.name < other.name ? -1 : 1));
}

function otherModels(name: string, others: readonly Recognised[]): string[] {
  if (others.length === 0) return [];
  const named = others.slice(0, OTHERS_NAMED).map(({ file }) => file.path);
  const more = others.length > named.length ? ` and ${others.length - named.length} more` : "";
  return [
    `Of several models, ${name} was opened; open the others (${named.join(", ")}${more}) one at a time.`,
  ];
}
