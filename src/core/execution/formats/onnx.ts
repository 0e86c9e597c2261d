import type { ByteSource } from "../../bytes/byteSource.ts";
import { ConvAtlasError, throwIfCancelled } from "../../errors.ts";
import type { ReadContext } from "../../formats/format.ts";
import { requireCompanions } from "../../formats/onnx/companionFiles.ts";
import { type OpenGraph, openGraph } from "../../formats/onnx/openGraph.ts";
import { withFileName } from "../../formats/protobuf/errors.ts";
import type { Network } from "../../network/network.ts";
import type { ExecutableNetwork, ExternalData } from "../executable.ts";
import type { ExecutableFormat } from "../executableFormat.ts";
import { convolutionHandles } from "../onnxConvolutions.ts";
import { LARGEST_MODEL_BYTES } from "../onnxModel.ts";

/**
 * ONNX Runtime as WebAssembly has 4 GB of memory, in which a model lies twice while a session is
 * made of it: as bytes and as tensors.
 */
const LARGEST_WEIGHTS_BYTES = LARGEST_MODEL_BYTES;

/** ONNX files run as they are. */
export const executableOnnx: ExecutableFormat = {
  async build(context, network) {
    try {
      return await build(context, network);
    } catch (thrown) {
      throw withFileName(thrown, context.source.name);
    }
  },
};

async function build(context: ReadContext, network: Network): Promise<ExecutableNetwork> {
  const { source, signal } = context;
  requireFit(source.name, source.byteLength);
  const open = await openGraph(context);
  const files = externalFiles(open, context);
  const external = files.reduce((sum, { file }) => sum + file.byteLength, 0);
  requireFit(source.name, source.byteLength + external);
  const externalData: ExternalData[] = [];
  for (const { path, file } of files) {
    throwIfCancelled(signal);
    externalData.push({ path, bytes: await file.slice(0, file.byteLength) });
  }
  throwIfCancelled(signal);
  const model = await source.slice(0, source.byteLength);
  return { model, externalData, ...convolutionHandles(open, network) };
}

interface ExternalFile {
  readonly path: string;
  readonly file: ByteSource;
}

/** Files beside the model that hold tensors. @throws ConvAtlasError `missing-companion-file`. */
function externalFiles({ values }: OpenGraph, context: ReadContext): readonly ExternalFile[] {
  const tensors = [...values.tensors.values()];
  requireCompanions(tensors, context);
  const paths = new Set(
    tensors.flatMap(({ data }) => (data.kind === "external" ? [data.location] : [])),
  );
  return [...paths].flatMap((path) => {
    const file = context.companions.get(path);
    return file === undefined ? [] : [{ path, file }];
  });
}

function requireFit(name: string, bytes: number): void {
  if (bytes <= LARGEST_WEIGHTS_BYTES) return;
  throw new ConvAtlasError(
    "cannot-run",
    `${name} cannot be run in a browser: it and its weights take more than 2 GB; export a smaller version of the network, in float16 for example.`,
    `${bytes} bytes`,
  );
}
