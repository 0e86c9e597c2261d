import moduleBytes from "./assembly/index.ts?assembly";
import { type Comparison, FEATURE_SIZE, type KernelMeasure } from "./comparison.ts";
import { exactMeasure } from "./exactMeasure.ts";
import { frequencyGrid } from "./frequencyGrid.ts";
import { distinctForms } from "./responseDistances.ts";

/** What `assembly/index.ts` exports; all arguments are counts and addresses in bytes. */
interface ModuleExports {
  readonly memory: WebAssembly.Memory;
  heapStart(): number;
  setGrid(height: number, width: number, rows: number, columns: number, squares: number): void;
  setComparison(height: number, width: number, features: number): void;
  setLists(buckets: number, places: number, ownList: number, spareList: number): void;
  writeFeatureList(feature: number, list: number): void;
  listDistances(
    kernels: number,
    count: number,
    lists: number,
    listBytes: number,
    out: number,
  ): void;
  binsBytes(groups: number, bins: number, parts: number): number;
  setBins(groups: number, bins: number, parts: number, largestDoubt: number, room: number): void;
  featureBytes(): number;
  writeFeatureCurves(feature: number, curves: number): void;
  curveDistances(kernels: number, count: number, curves: number, out: number): void;
  writeFeatureResponse(feature: number, response: number): void;
  responseDistances(
    kernels: number,
    count: number,
    forms: number,
    responses: number,
    responseBytes: number,
    out: number,
  ): void;
}

/** Kernels that are copied into the module at a time: few enough to stay in the cache. */
const KERNELS_PER_CALL = 256;

/** Up to this many values on a grid (32 x 32), sorting them is quicker than counting in bins. */
const SORT_UP_TO = 1024;

/**
 * Bins in which values are counted; more of them leave less open and cost more per kernel.
 * Measured best on 64 x 64 to 512 x 512 for exact distances and for looser ones.
 */
const BINS = 4096;
const LOOSE_BINS = 1024;
const LOOSE_TOLERANCE = 1e-4;

/** For a first impression few bins will do, and nothing is sorted. */
const ROUGH_BINS = 256;
const ROUGH_TOLERANCE = 2e-3;

/** Bins are first compared in groups, and one by one only where that leaves something open. */
const BINS_PER_GROUP = 16;
const ROUGH_BINS_PER_GROUP = 4;

/** Into so many parts the bins are divided in which two distributions may cross. */
const FINE_BINS = 32_768;

const PAGE_BYTES = 65_536;

/**
 * Comparisons kept ready, each with a module of its own: blocks of neighbouring layers and
 * levels take turns. A module for 512 x 512 takes some 3 MB.
 */
export const COMPARISONS_READY = 6;

/** A U-Net has some five grids; the memory is what six features take on 256 x 256. */
const SPARE_BYTES = 3 * 1024 * 1024;

interface ReadyComparison {
  readonly comparison: Comparison;
  readonly module: ModuleExports | null;
  readonly measure: KernelMeasure;
}

/**
 * The arithmetic of one thread: compares kernels in WebAssembly. Where WebAssembly lacks SIMD (browsers before 2021 to 2023) or is switched
 * off, all is done in float64.
 */
export class KernelModule {
  readonly #compiled: WebAssembly.Module | null;
  /** Modules that may be made; fewer once the browser has refused one. */
  #most: number;
  /** The one used last comes first. */
  #ready: readonly ReadyComparison[] = [];

  /** Modules that no comparison has used yet. */
  #spare: readonly ModuleExports[] = [];

  private constructor(compiled: WebAssembly.Module | null, most: number) {
    this.#compiled = compiled;
    this.#most = most;
  }

  /**
   * Makes modules for comparisons to come, memory included: a thread that waits for a file
   * has time for it, and each would take a millisecond or two of the analysis.
   */
  makeSpareModules(): void {
    const compiled = this.#compiled;
    if (compiled === null) return;
    const made: ModuleExports[] = [];
    while (made.length < this.#most - 1) {
      const module = instanceOf(compiled);
      if (module === null) break;
      new ModuleMemory(module).take(SPARE_BYTES);
      made.push(module);
    }
    this.#spare = made;
  }

  /** @param most modules that may be made, at least 1. */
  static async load(most = COMPARISONS_READY): Promise<KernelModule> {
    const canRun = typeof WebAssembly === "object" && WebAssembly.validate(moduleBytes);
    return new KernelModule(canRun ? await WebAssembly.compile(moduleBytes) : null, most);
  }

  /** Compares kernels, laid out and answered as an engine does. */
  distances(comparison: Comparison, kernels: Float32Array): Float32Array<ArrayBuffer> {
    const known = this.#ready.find((one) => isSame(one.comparison, comparison));
    const used = known ?? this.#prepare(comparison);
    if (used !== this.#ready[0]) {
      const others = this.#ready.filter((one) => one !== used);
      this.#ready = [used, ...others].slice(0, this.#most);
    }
    return used.measure(kernels);
  }

  #prepare(comparison: Comparison): ReadyComparison {
    if (this.#compiled === null) {
      return { comparison, module: null, measure: exactMeasure(comparison) };
    }
    const [spare, ...others] = this.#spare;
    this.#spare = others;
    const module = spare ?? this.#anotherModule(this.#compiled);
    // Without any memory for WebAssembly there is still an answer, in more time.
    const measure = module === null ? exactMeasure(comparison) : moduleMeasure(module, comparison);
    return { comparison, module, measure };
  }

  /** A new one, or that of the oldest comparison: memory of WebAssembly is returned late, if ever. */
  #anotherModule(compiled: WebAssembly.Module): ModuleExports | null {
    if (this.#ready.length < this.#most) {
      const module = instanceOf(compiled);
      if (module !== null) return module;
      this.#most = Math.max(this.#ready.length, 1);
    }
    return this.#ready.at(-1)?.module ?? null;
  }
}

/** Null where the browser has no memory, or no addresses, left for it. */
function instanceOf(compiled: WebAssembly.Module): ModuleExports | null {
  try {
    return new WebAssembly.Instance(compiled).exports as unknown as ModuleExports;
  } catch (thrown) {
    if (thrown instanceof RangeError) return null;
    throw thrown;
  }
}

/** Blocks of one request hold the same object; those of the next layer may mean the same. */
function isSame(one: Comparison, other: Comparison): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

/** A measure that is valid until another is made of this module: its memory holds the tables. */
function moduleMeasure(module: ModuleExports, comparison: Comparison): KernelMeasure {
  const { kernelSize, features } = comparison;
  const [height, width] = kernelSize;
  const entries = height * width;
  const memory = new ModuleMemory(module);
  layGrid(module, memory, comparison);
  const compare = layFeatures(module, memory, comparison);
  const kernelsAt = memory.take(4 * entries * KERNELS_PER_CALL);
  const distancesAt = memory.take(4 * features.length * KERNELS_PER_CALL);
  let compareLists: ModuleComparer | null = null;
  return (kernels) => {
    const count = kernels.length / entries;
    const distances = new Float32Array(count * features.length);
    for (let first = 0; first < count; first += KERNELS_PER_CALL) {
      const end = Math.min(first + KERNELS_PER_CALL, count);
      const block = kernels.subarray(first * entries, end * entries);
      memory.floats(kernelsAt, block.length).set(block);
      compare(kernelsAt, end - first, distancesAt);
      const found = memory.floats(distancesAt, (end - first) * features.length);
      distances.set(found, first * features.length);
    }
    for (let k = 0; k < count; k++) {
      const own = distances.subarray(k * features.length, (k + 1) * features.length);
      if (!own.some((distance) => distance < 0)) continue;
      compareLists ??= layLists(module, memory, comparison);
      memory.floats(kernelsAt, entries).set(kernels.subarray(k * entries, (k + 1) * entries));
      compareLists(kernelsAt, 1, distancesAt);
      own.set(memory.floats(distancesAt, own.length));
    }
    return distances;
  };
}

/** Hands out the module's memory from its start, and makes it grow. */
class ModuleMemory {
  readonly #memory: WebAssembly.Memory;
  #end: number;

  constructor(module: ModuleExports) {
    this.#memory = module.memory;
    this.#end = module.heapStart();
  }

  /** `bytes` zeros at an address that vectors may be loaded from. */
  take(bytes: number): number {
    const start = this.#end;
    this.#end = start + Math.ceil(bytes / 16) * 16;
    const missing = this.#end - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / PAGE_BYTES));
    new Uint8Array(this.#memory.buffer, start, bytes).fill(0);
    return start;
  }

  takeFloats(values: ArrayLike<number>): number {
    const start = this.take(4 * values.length);
    this.floats(start, values.length).set(values);
    return start;
  }

  /** A view that is valid until memory grows. */
  floats(start: number, length: number): Float32Array {
    return new Float32Array(this.#memory.buffer, start, length);
  }

  takeIntegers(values: readonly number[]): number {
    const start = this.take(4 * values.length);
    new Int32Array(this.#memory.buffer, start, values.length).set(values);
    return start;
  }
}

function layGrid(module: ModuleExports, memory: ModuleMemory, comparison: Comparison): void {
  const { kernelSize, grid } = comparison;
  const [height, width] = grid;
  const rows = Math.floor(height / 2) + 1;
  const stride = strideOf(width);
  const turnsDown = Math.max(kernelSize[0], FEATURE_SIZE[0]);
  const turnsAcross = Math.max(kernelSize[1], FEATURE_SIZE[1]);
  module.setGrid(
    height,
    width,
    memory.takeFloats(turnTable(turnsDown, height, rows)),
    memory.takeFloats(turnTable(turnsAcross, width, stride)),
    memory.take(4 * rows * stride),
  );
}

/** Floats between two rows of the plane: vectors hold four. */
function strideOf(width: number): number {
  return Math.ceil(width / 4) * 4;
}

/**
 * cos and sin of 2 pi d at / side, for each d < `turns` a list of `length` cosines and then one of
 * sines. Places beyond the side repeat the last one, so that no maximum notices them.
 */
function turnTable(turns: number, side: number, length: number): Float64Array {
  const table = new Float64Array(2 * turns * length);
  for (let d = 0; d < turns; d++) {
    for (let at = 0; at < length; at++) {
      // The product is reduced first: the angle stays small and exact.
      const angle = (2 * Math.PI * ((d * Math.min(at, side - 1)) % side)) / side;
      table[2 * d * length + at] = Math.cos(angle);
      table[(2 * d + 1) * length + at] = Math.sin(angle);
    }
  }
  return table;
}

/** Compares `count` kernels that lie in the module's memory. */
type ModuleComparer = (kernels: number, count: number, out: number) => void;

function layFeatures(
  module: ModuleExports,
  memory: ModuleMemory,
  comparison: Comparison,
): ModuleComparer {
  const { kernelSize, grid, features, tolerance } = comparison;
  module.setComparison(...kernelSize, features.length);
  switch (comparison.compare) {
    case "sorted":
      return grid[0] * grid[1] <= SORT_UP_TO && tolerance < ROUGH_TOLERANCE
        ? layLists(module, memory, comparison)
        : layCurves(module, memory, comparison);
    case "response":
      return layResponses(module, memory, comparison);
  }
}

function layLists(
  module: ModuleExports,
  memory: ModuleMemory,
  { grid, features }: Comparison,
): ModuleComparer {
  const values = grid[0] * grid[1];
  // Half as many buckets as values: most hold a pair of mirrored frequencies.
  const buckets = values <= SORT_UP_TO ? 2 ** Math.ceil(Math.log2(values / 2)) : 0;
  const listBytes = 4 * Math.ceil(values / 4) * 4;
  module.setLists(
    buckets,
    memory.take(4 * (buckets + 1)),
    memory.take(listBytes),
    memory.take(listBytes),
  );
  const kernels = features.map(({ kernel }) => memory.takeFloats(kernel));
  const lists = memory.take(listBytes * features.length);
  kernels.forEach((kernel, f) => {
    module.writeFeatureList(kernel, lists + f * listBytes);
  });
  return (kernelsAt, count, out) => module.listDistances(kernelsAt, count, lists, listBytes, out);
}

function binsFor(tolerance: number): number {
  if (tolerance >= ROUGH_TOLERANCE) return ROUGH_BINS;
  return tolerance >= LOOSE_TOLERANCE ? LOOSE_BINS : BINS;
}

function layCurves(
  module: ModuleExports,
  memory: ModuleMemory,
  { features, tolerance }: Comparison,
): ModuleComparer {
  const bins = binsFor(tolerance);
  const groups = bins / (bins === ROUGH_BINS ? ROUGH_BINS_PER_GROUP : BINS_PER_GROUP);
  const parts = FINE_BINS / bins;
  const room = memory.take(module.binsBytes(groups, bins, parts));
  // The middle of an interval is off by half its length at most.
  module.setBins(groups, bins, parts, 2 * tolerance, room);
  const kernels = features.map(({ kernel }) => memory.takeFloats(kernel));
  const curves = memory.take(module.featureBytes() * features.length);
  kernels.forEach((kernel, f) => {
    module.writeFeatureCurves(kernel, curves + f * module.featureBytes());
  });
  return (kernelsAt, count, out) => module.curveDistances(kernelsAt, count, curves, out);
}

function layResponses(
  module: ModuleExports,
  memory: ModuleMemory,
  { grid, features }: Comparison,
): ModuleComparer {
  const plane = frequencyGrid(grid, FEATURE_SIZE[1]);
  const forms = features.map(({ kernel }) => distinctForms(kernel, plane));
  const formCounts = memory.takeIntegers(forms.map((ofFeature) => ofFeature.length));
  const responseBytes = 4 * (Math.floor(grid[0] / 2) + 1) * strideOf(grid[1]);
  const kernels = forms.flat().map((form) => memory.takeFloats(form));
  const responses = memory.take(responseBytes * kernels.length);
  kernels.forEach((kernel, at) => {
    module.writeFeatureResponse(kernel, responses + at * responseBytes);
  });
  return (kernelsAt, count, out) =>
    module.responseDistances(kernelsAt, count, formCounts, responses, responseBytes, out);
}
