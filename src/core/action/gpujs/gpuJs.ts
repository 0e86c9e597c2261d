import { ConvAtlasError } from "../../errors.ts";

/** The back ends of GPU.js that an engine may run on. */
export type GpuJsMode = "webgpu" | "webgl2" | "webasm";

/** A value on the device, or on its way there. */
export type DeviceValue = object;

/** One pass: computes every element of its output from values and numbers. */
export type DevicePass = (...values: readonly (DeviceValue | number)[]) => DeviceValue;

/** Numbers and tables that a pass reads as `this.constants`; they go to the device once. */
export type PassConstants = Readonly<Record<string, number | DeviceValue>>;

/** Several passes that run back to back, with what is between them left on the device. */
export interface DevicePlan {
  /**
   * @returns the last pass's output of two dimensions, row by row.
   * @throws ConvAtlasError `engine-unavailable`.
   */
  run(values: DeviceValue): Promise<readonly Float32Array[]>;
  destroy(): void;
}

/** What this project uses of GPU.js. Its own types leave the traced values open (`any`). */
interface GpuJsModule {
  readonly GPU: GpuClass;
  readonly WebGL2Kernel: object;
  input(values: Float32Array, size: readonly number[]): DeviceValue;
}

type GpuClass = new (settings: { mode: GpuJsMode }) => GpuInstance;

interface GpuInstance {
  readonly Kernel: object;
  createKernel(source: string, settings: object): DevicePass;
  createPipeline(passes: (values: DeviceValue) => DeviceValue): GpuPipeline;
  destroy(): Promise<void>;
}

interface GpuPipeline {
  (values: DeviceValue): Promise<unknown>;
  readonly backend: string | null;
  readonly fallbackReason: string | null;
  destroy(): Promise<void>;
}

/** What GPU.js calls the back end that ran; it has one word for both WebGLs. */
const BACK_END: Readonly<Record<GpuJsMode, string>> = {
  webgpu: "webgpu",
  webgl2: "gpu",
  webasm: "webasm",
};

/**
 * GPU.js with one back end. It is never run on another: where GPU.js would fall back to
 * JavaScript that it compiles with `eval`, slowly and against the page's policy, every call
 * here fails with `engine-unavailable`.
 */
export class GpuJs {
  readonly #library: GpuJsModule;
  readonly #instance: GpuInstance;
  readonly mode: GpuJsMode;

  private constructor(mode: GpuJsMode, library: GpuJsModule, instance: GpuInstance) {
    this.mode = mode;
    this.#library = library;
    this.#instance = instance;
  }

  /**
   * Loads the library (0.6 MB) and opens the back end.
   *
   * @throws ConvAtlasError `engine-unavailable`.
   */
  static async open(mode: GpuJsMode): Promise<GpuJs> {
    try {
      const library = await loadLibrary();
      const instance = new library.GPU({ mode });
      // "gpu" may also be WebGL 1, whose textures hold bytes.
      if (mode === "webgl2" && instance.Kernel !== library.WebGL2Kernel) {
        throw new Error("GPU.js chose another back end than WebGL 2");
      }
      return new GpuJs(mode, library, instance);
    } catch (thrown) {
      throw engineUnavailable(mode, thrown);
    }
  }

  /** @param size of up to three dimensions, the fastest first. */
  array(values: Float32Array, size: readonly number[]): DeviceValue {
    return this.#library.input(values, size);
  }

  /**
   * @param source a function in the language of GPU.js, as text: no minifier may touch it.
   * @param output size of the output, the fastest dimension first.
   */
  pass(source: string, output: readonly number[], constants: PassConstants): DevicePass {
    return this.#instance.createKernel(source, {
      output,
      constants,
      precision: "single",
      tactic: "precision",
      asyncMode: true,
      // Where GPU.js cannot prove a bound, it stops loops there.
      loopMaxIterations: LOOPS_AT_MOST,
    });
  }

  /** @param passes calls passes; runs once, when the plan does for the first time. */
  plan(passes: (values: DeviceValue) => DeviceValue): DevicePlan {
    const pipeline = this.#instance.createPipeline(passes);
    return {
      run: async (values) => {
        let result: unknown;
        try {
          result = await withinTime(pipeline(values));
        } catch (thrown) {
          throw engineUnavailable(this.mode, thrown);
        }
        if (pipeline.backend !== BACK_END[this.mode]) {
          const reason = pipeline.fallbackReason ?? "no reason given";
          throw engineUnavailable(this.mode, `ran on ${pipeline.backend}: ${reason}`);
        }
        if (!isRows(result)) throw engineUnavailable(this.mode, "the result is not a table");
        return result;
      },
      destroy: () => {
        pipeline.destroy().catch(ignoreWhatIsLost);
      },
    };
  }

  /** Frees the threads and the device memory of everything made here. */
  close(): void {
    this.#instance.destroy().catch(ignoreWhatIsLost);
  }
}

/** No loop of a pass is longer: the lists of a 512 x 512 grid have 131,072 entries. */
const LOOPS_AT_MOST = 1 << 20;

/**
 * A driver that hangs may leave a promise open for ever. Batches aim at 50 ms, and compiling
 * the passes took 2 s at most on an adapter in software.
 */
const RUN_AT_MOST_MS = 60_000;

function withinTime<Result>(run: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const tooLong = () => reject(new Error(`no answer within ${RUN_AT_MOST_MS} ms`));
    const timer = setTimeout(tooLong, RUN_AT_MOST_MS);
    run.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** The page's bundle exports the class with the rest on it, the Node module all side by side. */
async function loadLibrary(): Promise<GpuJsModule> {
  const loaded: object = await import("gpu.js");
  const root: object = "default" in loaded ? Object(loaded.default) : loaded;
  const library = { ...Object.getOwnPropertyDescriptors(root) };
  const GPU = library.GPU?.value ?? root;
  return { GPU, WebGL2Kernel: library.WebGL2Kernel?.value, input: library.input?.value };
}

function isRows(value: unknown): value is readonly Float32Array[] {
  return Array.isArray(value) && value.every((row) => row instanceof Float32Array);
}

/** Closing what a lost device has taken along fails, and nothing is left to do. */
function ignoreWhatIsLost(): void {}

const SENTENCES: Readonly<Record<GpuJsMode, string>> = {
  webgpu: "WebGPU does not work here: not every browser, and not every graphics card, offers it.",
  webgl2: "WebGL 2 does not work here: not every browser, and not every graphics card, offers it.",
  webasm: "GPU.js cannot use WebAssembly here.",
};

/** What every failure of an engine becomes. */
export function engineUnavailable(mode: GpuJsMode, reason: unknown): ConvAtlasError {
  if (reason instanceof ConvAtlasError) return reason;
  const details = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
  return new ConvAtlasError("engine-unavailable", SENTENCES[mode], details);
}
