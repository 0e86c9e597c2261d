import { loose } from "../core/files/fileSet.ts";
import { type ChosenModel, chooseModel } from "../core/formats/recognise.ts";
import { fileSource } from "./fileSource.ts";
import type { ModelInput } from "./protocol.ts";
import { urlSource } from "./urlSource.ts";

/**
 * The model that a person opened, recognised but not read.
 * @throws ConvAtlasError as `chooseModel`, or `unreadable`.
 */
export async function modelOf(input: ModelInput, signal: AbortSignal): Promise<ChosenModel> {
  switch (input.kind) {
    case "files":
      return chooseModel(input.files.map(({ path, file }) => ({ path, source: fileSource(file) })));
    case "url":
      return chooseModel(loose([await urlSource(input.url, input.name, signal)]));
  }
}
