import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import * as ort from "onnxruntime-web/wasm";
import type { NetworkInput, Preprocessing } from "../../src/core/images/preprocessing.ts";
import type { LabCalls, LabEvent, LabModel } from "../../src/worker/lab/protocol.ts";
import { configureRuntime, type RuntimeLoader } from "../../src/worker/lab/runtime.ts";
import { type LabServiceParts, labService } from "../../src/worker/lab/service.ts";
import type { TrialLanes } from "../../src/worker/lab/trialLanes.ts";
import type { LabAnswering, LabQuestion } from "../../src/worker/lab/wire.ts";
import type { PickedFile } from "../../src/worker/protocol.ts";

export const SAMPLES = join(import.meta.dirname, "../fixtures/samples");
export const PUBLIC_SAMPLES = join(import.meta.dirname, "../../public/samples");

/** ONNX Runtime in Node: the same WebAssembly, on one thread. */
export const loadRuntime: RuntimeLoader = async () => {
  configureRuntime(ort.env, 1);
  return { provider: "wasm", ort, threads: 1 };
};

/** A file of this machine as if a person had dropped it. */
export function picked(path: string, folder = ""): PickedFile {
  const name = basename(path);
  return { path: folder + name, file: new File([readFileSync(path)], name) };
}

/** Asks a lab's service as the client does. */
export class AskedLab {
  isUnusable = false;
  private readonly answer: LabAnswering;
  private images = 0;

  constructor(
    load: RuntimeLoader = loadRuntime,
    lanes: TrialLanes | null = null,
    graphics: Pick<LabServiceParts, "loadGraphics" | "onEngine"> = {},
  ) {
    const onUnusable = () => {
      this.isUnusable = true;
    };
    const parts = { loadRuntime: load, decodePicture: null, onUnusable, ...graphics };
    this.answer = labService(lanes === null ? parts : { ...parts, lanes }).answer;
  }

  async call<Name extends keyof LabCalls>(
    name: Name,
    request: LabCalls[Name]["request"],
    onEvent: (event: LabEvent) => void = () => undefined,
    signal = new AbortController().signal,
  ): Promise<LabCalls[Name]["result"]> {
    const files = name === "images" ? (request as LabCalls["images"]["request"]).files : [];
    const ids = name === "images" ? files.map(() => `image-${++this.images}`) : null;
    const question = { name, request, ids } as unknown as LabQuestion;
    return (await this.answer(question, onEvent, signal)) as LabCalls[Name]["result"];
  }

  open(files: readonly PickedFile[]): Promise<LabModel> {
    return this.call("open", { input: { kind: "files", files } });
  }

  /** Opens images; their ids. */
  async look(paths: readonly string[]): Promise<readonly string[]> {
    const { images, failed } = await this.call("images", { files: paths.map((p) => picked(p)) });
    if (failed.length > 0) throw new Error(failed[0].message);
    return images.map(({ id }) => id);
  }
}

/** As the sample networks were trained: 8-bit value / 255. */
export function unitPreprocessing(input: NetworkInput, side = 256): Preprocessing {
  return {
    height: input.height ?? side,
    width: input.width ?? side,
    placement: "pad",
    window: { low: 0, high: 255 },
    scaling: "unit",
  };
}
