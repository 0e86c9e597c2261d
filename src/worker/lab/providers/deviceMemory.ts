import type { Tensor } from "onnxruntime-web/wasm";
import type { FedNumbers } from "../feeds.ts";

/**
 * A driver that hangs leaves a promise open for ever. Networks that a browser holds take a
 * graphics processor a second at most, and some seconds the first time.
 */
export const ANSWER_AT_MOST_MS = 60_000;

/**
 * Buffers per input: a layer's own weights, and the ones that a trial puts in their place. All
 * slices of a trial take the same, and the trial after it mostly those of the network.
 */
const KEPT_PER_INPUT = 2;

/** Buffers of a WebGPU device that ONNX Runtime takes are multiples of this. */
const BUFFER_STEP_BYTES = 16;

/** COPY_SRC, COPY_DST and STORAGE, as WebGPU numbers them in `GPUBufferUsage`. */
const WEIGHTS_USAGE = 0x04 | 0x08 | 0x80;

interface KeptTensor {
  of: object;
  readonly buffer: GPUBuffer;
  readonly bytes: number;
  readonly tensor: Tensor;
}

/** What `Tensor.fromGpuBuffer` makes. */
export type TensorOfBuffer = (buffer: GPUBuffer, dimensions: readonly number[]) => Tensor;

/**
 * Keeps weights on the device: a network of 31 million parameters would send it 124 MB with each
 * run otherwise, several times what the run itself takes.
 */
export class DeviceMemory {
  readonly device: GPUDevice;
  readonly #tensorOf: TensorOfBuffer;
  /** By input; last used last. */
  readonly #kept = new Map<string, KeptTensor[]>();
  /** Rejects when the device is of no use any more. */
  readonly #failure: Promise<never>;

  constructor(device: GPUDevice, tensorOf: TensorOfBuffer) {
    this.device = device;
    this.#tensorOf = tensorOf;
    this.#failure = new Promise((_, reject) => {
      void device.lost.then(({ message }) => reject(new Error(`the device was lost: ${message}`)));
      // What was computed after an error that nobody caught may be anything.
      device.addEventListener("uncapturederror", ({ error }) => reject(new Error(error.message)));
    });
    this.#failure.catch(() => undefined);
  }

  /** @param of what `values` are made of: they are sent again only when this is another object. */
  tensor(input: string, of: object, { values, dimensions }: FedNumbers): Tensor {
    const kept = this.#kept.get(input) ?? [];
    const at = kept.findIndex((one) => one.of === of);
    const found = at >= 0 ? kept.splice(at, 1)[0] : this.#sent(kept, of, values(), dimensions);
    kept.push(found);
    this.#kept.set(input, kept);
    return found.tensor;
  }

  /** As the promise; rejects where the device fails or does not answer. */
  during<Result>(work: Promise<Result>): Promise<Result> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tooLong = new Promise<never>((_, reject) => {
      const late = () => reject(new Error(`the device did not answer in ${ANSWER_AT_MOST_MS} ms`));
      timer = setTimeout(late, ANSWER_AT_MOST_MS);
    });
    return Promise.race([work, this.#failure, tooLong]).finally(() => clearTimeout(timer));
  }

  /** Gives all buffers back. */
  clear(): void {
    for (const { buffer } of [...this.#kept.values()].flat()) buffer.destroy();
    this.#kept.clear();
  }

  /** In the place of what was used longest ago, where there is no room for one more. */
  #sent(
    kept: KeptTensor[],
    of: object,
    values: ArrayBufferView<ArrayBufferLike>,
    dimensions: readonly number[],
  ): KeptTensor {
    const bytes = values.byteLength;
    let place = kept.length < KEPT_PER_INPUT ? undefined : kept.shift();
    if (place?.bytes !== bytes) {
      place?.buffer.destroy();
      const size = Math.ceil(bytes / BUFFER_STEP_BYTES) * BUFFER_STEP_BYTES;
      const buffer = this.device.createBuffer({ size, usage: WEIGHTS_USAGE });
      place = { of, buffer, bytes, tensor: this.#tensorOf(buffer, dimensions) };
    }
    place.of = of;
    const { buffer, byteOffset } = values;
    this.device.queue.writeBuffer(place.buffer, 0, buffer as ArrayBuffer, byteOffset, bytes);
    return place;
  }
}
