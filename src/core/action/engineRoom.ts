import type { EngineName } from "../analysis/analysis.ts";
import { ConvAtlasError, toConvAtlasError } from "../errors.ts";
import type { Size2d } from "../network/size2d.ts";
import { calibrate, measureLate, type Speeds } from "./calibration.ts";
import type { ActionEngine, EngineMaker } from "./engine.ts";
import { selfTest } from "./selfTest.ts";

/** An engine that a person insists on, or the fastest. */
export type EngineChoice = EngineName | "auto";

/** How much there is to compute. */
export interface SpectralWork {
  /** Kernels times values of their grid, over all layers. */
  readonly gridValues: number;
  /** The grid with the largest part of them. */
  readonly mainGrid: Size2d;
}

/** An engine and what a person should know about its choice. */
export interface ChosenEngine {
  readonly engine: ActionEngine;
  /** Sentences that have come up since the last call: a fall back to another engine. */
  takeRemarks(): readonly string[];
}

/** Keeps engines once they are made, and chooses among them. */
export interface EngineRoom {
  /**
   * Where the choice cannot run, or fails on the way, our own engine does the work and a
   * remark says so. @throws ConvAtlasError `cancelled`.
   */
  choose(choice: EngineChoice, work: SpectralWork, signal: AbortSignal): Promise<ChosenEngine>;
  /** For when an analysis is over: measures engines that were not ready in time before it. */
  measureLate(): Promise<void>;
  close(): void;
}

/** Where speeds of this machine are kept from one visit to the next. */
export interface SpeedMemory {
  load(): Speeds | null;
  store(speeds: Speeds): void;
}

export interface RoomParts {
  /** Our own engine, in threads where there are any. */
  readonly cpu: ActionEngine;
  /** The same on the thread that asks: what is left when threads are lost. */
  readonly lastResort: ActionEngine;
  /** The others that may run here, for those who insist. */
  readonly makers: readonly EngineMaker[];
  /** Those of them that may be the fastest, and are worth a measurement. */
  readonly candidates: readonly EngineMaker[];
  readonly memory: SpeedMemory;
}

/** A room with one engine in it, whatever is chosen. */
export function roomOf(engine: ActionEngine): EngineRoom {
  return {
    choose: () => Promise.resolve({ engine, takeRemarks: () => [] }),
    measureLate: () => Promise.resolve(),
    close: () => engine.close(),
  };
}

/**
 * Work that our own engine does in less time than this is not worth a measurement of 150 ms:
 * 2e9 grid values take it 1 to 2 s on two cores.
 */
const WORTH_MEASURING_VALUES = 2e9;

/** Another engine must be faster by this factor: speeds measured in milliseconds scatter. */
const WORTH_CHANGING = 1.25;

export function engineRoom({ cpu, lastResort, makers, candidates, memory }: RoomParts): EngineRoom {
  const made = new Map<EngineName, Promise<ActionEngine>>();
  let speeds: Speeds | null = null;
  let late: { readonly makers: readonly EngineMaker[]; readonly grid: Size2d } | null = null;

  /** An engine that has passed its test; made once. */
  function engineOf(maker: EngineMaker): Promise<ActionEngine> {
    const known = made.get(maker.name);
    if (known !== undefined) return known;
    const making = maker.make().then(async (engine) => {
      await selfTest(engine);
      return engine;
    });
    // Whoever waits for it hears of a failure; nobody may be waiting.
    making.catch(() => {});
    made.set(maker.name, making);
    return making;
  }

  async function fastest(work: SpectralWork, signal: AbortSignal): Promise<EngineName> {
    if (work.gridValues < WORTH_MEASURING_VALUES || candidates.length === 0) return "cpu";
    if (speeds === null) {
      speeds = memory.load();
      if (speeds === null) {
        const others = candidates.map((maker) => ({
          name: maker.name,
          make: () => engineOf(maker),
        }));
        const found = await calibrate(cpu, others, work.mainGrid, signal);
        speeds = found.speeds;
        late = { makers: found.late, grid: work.mainGrid };
        memory.store(speeds);
      }
    }
    const [best] = Object.entries(speeds).sort(([, a], [, b]) => a - b);
    const cpuSpeed = speeds.cpu ?? Number.POSITIVE_INFINITY;
    const found = candidates.find(({ name }) => name === best?.[0]);
    return found !== undefined && best[1] * WORTH_CHANGING < cpuSpeed ? found.name : "cpu";
  }

  return {
    async choose(choice, work, signal) {
      const remarks: string[] = [];
      const remark = (name: EngineName, thrown: unknown) => remarks.push(fallText(name, thrown));
      const own = guarded(cpu, lastResort, (thrown) => remark("cpu", thrown));
      const takeRemarks = () => remarks.splice(0);
      const name = choice === "auto" ? await fastest(work, signal) : choice;
      if (name === "cpu") return { engine: own, takeRemarks };
      try {
        const maker = makers.find((one) => one.name === name);
        if (maker === undefined) throw notHere(name);
        const engine = await engineOf(maker);
        const onFall = (thrown: unknown) => {
          // It may work again another time: a graphics driver restarts.
          made.delete(name);
          remark(name, thrown);
        };
        return { engine: guarded(engine, own, onFall), takeRemarks };
      } catch (thrown) {
        made.delete(name);
        remark(name, thrown);
        return { engine: own, takeRemarks };
      }
    },
    async measureLate() {
      if (late === null || late.makers.length === 0) return;
      const { makers: waiting, grid } = late;
      late = null;
      speeds = { ...speeds, ...(await measureLate(waiting, grid)) };
      memory.store(speeds);
    },
    close() {
      cpu.close();
      for (const making of made.values())
        void making.then(
          (engine) => engine.close(),
          () => {},
        );
    },
  };
}

/** An engine that hands over to another for good when it fails. */
function guarded(
  engine: ActionEngine,
  substitute: ActionEngine,
  onFall: (thrown: unknown) => void,
): ActionEngine {
  let current = engine;
  return {
    get name() {
      return current.name;
    },
    async distances(request, onProgress, signal) {
      try {
        return await current.distances(request, onProgress, signal);
      } catch (thrown) {
        const { code } = toConvAtlasError(thrown);
        if (current === substitute || code === "cancelled") throw thrown;
        current = substitute;
        onFall(thrown);
        return substitute.distances(request, onProgress, signal);
      }
    },
    prepare: (comparisons) => current.prepare?.(comparisons),
    close: () => engine.close(),
  };
}

/** Names of engines as a person reads them. */
export const ENGINE_TITLES: Readonly<Record<EngineName, string>> = {
  cpu: "processor",
  webasm: "WebAssembly (GPU.js)",
  webgl2: "graphics processor (WebGL 2)",
  webgpu: "graphics processor (WebGPU)",
};

function fallText(name: EngineName, thrown: unknown): string {
  const { code, message } = toConvAtlasError(thrown);
  const reason = code === "engine-unavailable" ? ` ${message}` : "";
  return name === "cpu"
    ? `Computing threads were lost; one thread did the rest, and the labels are the same.${reason}`
    : `The engine "${ENGINE_TITLES[name]}" could not be used; the processor did its work, and the labels are the same.${reason}`;
}

function notHere(name: EngineName): ConvAtlasError {
  return new ConvAtlasError(
    "engine-unavailable",
    `This program does not offer ${ENGINE_TITLES[name]} on this machine.`,
  );
}
