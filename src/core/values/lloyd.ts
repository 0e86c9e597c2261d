import moduleBytes from "./assembly/lloyd.ts?assembly";
import { PlainLloyd } from "./plainLloyd.ts";

/** What `assembly/lloyd.ts` exports. */
interface ModuleExports {
  readonly memory: WebAssembly.Memory;
  lay(points: number, entries: number, most: number): number;
  centresAt(): number;
  run(count: number): number;
}

/** Moves centres to where Lloyd's method leaves them; one serves all starts on the same points. */
export interface CentreFitter {
  /** Room for centres, `entries` numbers each; changed in place by `run`. */
  readonly centres: Float64Array;
  /**
   * Moves the first `count` centres in place until no point changes its cluster.
   * @returns the inertia: the sum of squared distances to the centres.
   */
  run(count: number): number;
}

/** @param points finite rows of `entries` numbers; `most`: centres at a time. */
export function centreFitter(points: Float64Array, entries: number, most: number): CentreFitter {
  const canRun = typeof WebAssembly === "object" && WebAssembly.validate(moduleBytes);
  if (!canRun) return new PlainLloyd(points, entries, most);
  try {
    return new Lloyd(points, entries, most);
  } catch (thrown) {
    // The browser has no memory, or no addresses, left for a module.
    if (thrown instanceof RangeError) return new PlainLloyd(points, entries, most);
    throw thrown;
  }
}

let compiled: WebAssembly.Module | null = null;

/**
 * Lloyd's iterations on one set of points, with the bounds of Hamerly (2010, "Making k-means
 * even faster") in place of most distances. A point whose second centre is further than its
 * own by `gap` keeps its cluster until its own centre and the fastest of the others have
 * together moved by `gap`. That sum of moves, the drift, is kept per cluster, so that one
 * number per point tells when it is to be looked at again: its deadline. Clusters and centres
 * are those of the plain method, but for the rounding of sums.
 *
 * In WebAssembly, since most of the time of method 1 goes here: on kernels without
 * clusters the same in JavaScript takes twice as long.
 */
class Lloyd implements CentreFitter {
  readonly centres: Float64Array;
  readonly #module: ModuleExports;

  constructor(points: Float64Array, entries: number, most: number) {
    compiled ??= new WebAssembly.Module(moduleBytes);
    // The exports of a module have no types of their own: they are those of its source.
    this.#module = new WebAssembly.Instance(compiled).exports as unknown as ModuleExports;
    const pointsAt = this.#module.lay(points.length / entries, entries, most);
    const { buffer } = this.#module.memory;
    new Float64Array(buffer, pointsAt, points.length).set(points);
    this.centres = new Float64Array(buffer, this.#module.centresAt(), most * entries);
  }

  run(count: number): number {
    return this.#module.run(count);
  }
}
