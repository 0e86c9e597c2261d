import { throwIfCancelled } from "../../errors.ts";
import type { ReadContext } from "../format.ts";
import { malformedTflite } from "./errors.ts";
import { FlatBuffer } from "./flatBuffer.ts";
import type { TfliteModel, TfliteSubgraph } from "./model.ts";
import { parseModel } from "./parseModel.ts";

/** A TensorFlow Lite file whose structure is read. */
export interface OpenTflite {
  readonly buffer: FlatBuffer;
  readonly model: TfliteModel;
  /** The network; the other subgraphs are called by it or are further signatures. */
  readonly main: TfliteSubgraph;
}

/** @throws ConvAtlasError `truncated`, `malformed`, `too-large` or `cancelled`. */
export async function openTflite({
  source,
  signal,
}: Pick<ReadContext, "source" | "signal">): Promise<OpenTflite> {
  throwIfCancelled(signal);
  const buffer = new FlatBuffer(source);
  const model = await parseModel(buffer, signal);
  const [main] = model.subgraphs;
  if (main === undefined) throw malformedTflite(source, "it holds no network");
  return { buffer, model, main };
}
