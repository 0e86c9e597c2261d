import { ConvAtlasError } from "../../../src/core/errors.ts";
import type { Size } from "../../../src/core/images/placement.ts";
import { createLab, type Lab, type LabNetwork } from "../../../src/ui/lab/lab.ts";
import { createLabStore, type LabStore } from "../../../src/ui/lab/labStore.ts";
import type { LabClient } from "../../../src/worker/lab/labClient.ts";
import type {
  ImageInfo,
  LabCalls,
  LabEvent,
  LabModel,
  PlacedMask,
  ReadImages,
  RunResult,
} from "../../../src/worker/lab/protocol.ts";

/** One call that a test answers when it likes. */
export interface Call {
  readonly name: keyof LabCalls;
  readonly request: unknown;
  readonly signal: AbortSignal;
  readonly onEvent: ((event: LabEvent) => void) | undefined;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export class FakeClient implements LabClient {
  readonly calls: Call[] = [];
  isClosed = false;
  timesRested = 0;

  call<Name extends keyof LabCalls>(
    name: Name,
    request: LabCalls[Name]["request"],
    signal: AbortSignal,
    onEvent?: (event: LabEvent) => void,
  ): Promise<LabCalls[Name]["result"]> {
    return new Promise((resolve, reject) => {
      const answer = resolve as (result: unknown) => void;
      this.calls.push({ name, request, signal, onEvent, resolve: answer, reject });
      signal.addEventListener("abort", () =>
        reject(new ConvAtlasError("cancelled", "The call was cancelled.")),
      );
    });
  }

  rest(): void {
    this.timesRested += 1;
  }

  close(): void {
    this.isClosed = true;
  }

  /** Calls of this name, oldest first. */
  of(name: keyof LabCalls): readonly Call[] {
    return this.calls.filter((call) => call.name === name);
  }

  /** The newest call of this name. */
  last(name: keyof LabCalls): Call {
    const call = this.of(name).at(-1);
    if (call === undefined) throw new Error(`${name} was not called`);
    return call;
  }
}

export const MODEL: LabModel = {
  input: {
    name: "image",
    elements: "float32",
    layout: "channelsFirst",
    channels: 1,
    height: 4,
    width: 4,
  },
  outputs: [{ name: "mask", kind: "map", channels: 1 }],
  layers: [{ layer: "down", fixed: null }],
  engine: {
    engine: { provider: "wasm", threads: 1 },
    isDecided: true,
    measured: null,
    remark: null,
  },
  remarks: [],
};

export function image(
  name: string,
  { width = 4, height = 4, ...change }: Partial<ImageInfo & Size> = {},
): ImageInfo {
  return {
    id: name,
    name,
    format: "png",
    stacks: [{ plane: "frame", count: 1, width, height }],
    range: { low: 0, high: 255 },
    window: { low: 0, high: 255 },
    channels: 1,
    remarks: [],
    ...change,
  };
}

export function files(...names: readonly string[]) {
  return names.map((name) => ({ url: `https://here.example/${name}`, name }));
}

export function network(name: string, change: Partial<LabNetwork> = {}): LabNetwork {
  return {
    input: { kind: "url", url: `https://here.example/${name}`, name },
    ownImages: null,
    firstImage: null,
    ...change,
  };
}

/** A mask of the size of a run's output, with one of its sixteen pixels marked. */
export const PLACED_MASK: PlacedMask = {
  ...{ labels: [0, 255], isColour: false, largest: 255, palette: null },
  values: Float32Array.from({ length: 16 }, (_, pixel) => (pixel === 5 ? 255 : 0)),
  marked: Uint8Array.from({ length: 16 }, (_, pixel) => (pixel === 5 ? 1 : 0)),
  own: { width: 4, height: 4 },
  image: { width: 4, height: 4 },
};

export function runResult(milliseconds: number): RunResult {
  const map = { channels: 1, height: 4, width: 4, values: new Float32Array(16) };
  return { input: map, outputs: [map], milliseconds, engine: MODEL.engine.engine };
}

export interface FakeLab {
  readonly lab: Lab;
  readonly store: LabStore;
  readonly clients: FakeClient[];
}

export function fakeLab(): FakeLab {
  const store = createLabStore();
  const clients: FakeClient[] = [];
  const lab = createLab({
    store,
    openClient() {
      const client = new FakeClient();
      clients.push(client);
      return client;
    },
  });
  return { lab, store, clients };
}

/** Lets what was answered be taken note of. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

export interface OpenLab extends FakeLab {
  readonly client: FakeClient;
  readonly network: LabNetwork;
}

/** A lab whose network runs and that has read these images. */
export async function labWith(...images: readonly ImageInfo[]): Promise<OpenLab> {
  const fake = fakeLab();
  const opened = network("a.onnx");
  void fake.lab.open(opened);
  const [client] = fake.clients;
  client.last("open").resolve(MODEL);
  await settled();
  void fake.lab.addImages(files(...images.map(({ name }) => name)));
  client.last("images").resolve({ images, failed: [] } satisfies ReadImages);
  await settled();
  return { ...fake, client, network: opened };
}
