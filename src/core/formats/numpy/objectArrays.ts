import type { ByteSource } from "../../bytes/byteSource.ts";
import { sectionSource } from "../../bytes/sectionSource.ts";
import { NO_COMPANIONS } from "../../files/fileSet.ts";
import { chooseNetworks } from "../pytorch/chooseNetworks.ts";
import { dangerRemark } from "../pytorch/danger.ts";
import { emptyFileError } from "../pytorch/emptyFile.ts";
import { findNetworks } from "../pytorch/findNetworks.ts";
import { type NamedTensors, namedTensors } from "../pytorch/namedTensors.ts";
import { readStreamFile } from "../pytorch/streamFile.ts";

/**
 * The arrays within an array of Python objects, as `numpy.save` writes a dictionary or a list: behind
 * the header stands a pickle, of which nothing is run.
 *
 * @throws ConvAtlasError `malformed`, `truncated`, or that of a file without arrays.
 */
export async function objectTensors(
  source: ByteSource,
  dataStart: number,
  signal: AbortSignal,
): Promise<NamedTensors> {
  const pickle = sectionSource(source.name, source, dataStart, source.byteLength);
  const file = await readStreamFile({ source: pickle, companions: NO_COMPANIONS, signal });
  const { tensors, warnings } = chooseNetworks(findNetworks(file.content));
  const named = namedTensors(tensors, file);
  if (named.tensors.length === 0) throw emptyFileError(file);
  return { ...named, warnings: [...dangerRemark(file.pickle), ...warnings, ...named.warnings] };
}
