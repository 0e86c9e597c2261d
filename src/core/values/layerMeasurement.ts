import { type LayerValues, SCORES_PER_KERNEL } from "../analysis/analysis.ts";
import { sharedFloat32Array, sharedInt8Array } from "../memory/sharedArrays.ts";
import type { KernelRows } from "./kernelRows.ts";
import { numberedBySize } from "./kMeans.ts";
import { finiteOrNaN } from "./nearestFeature.ts";
import { NearestRows } from "./nearestRows.ts";
import { type PrincipalAxes, projectRows } from "./pca.ts";

/**
 * What is measured of each kernel of a layer by itself: scores, nearest feature and nearest
 * cluster, block by block, while a block is at hand.
 */
export class LayerMeasurement {
  readonly #rows: KernelRows;
  readonly #axes: PrincipalAxes;
  readonly #featureRows: Float64Array;
  readonly #centres: Float64Array;
  readonly #found: NearestRows;
  readonly #scores: Float32Array;
  readonly #clusters: Int8Array;
  readonly #nearest: Int8Array;
  readonly #nearestDistances: Float32Array;

  /**
   * @param featureRows features as rows of the kernels' size; none where they do not fit.
   * @param centres of the clusters, as rows.
   */
  constructor(
    rows: KernelRows,
    axes: PrincipalAxes,
    featureRows: Float64Array,
    centres: Float64Array,
  ) {
    this.#rows = rows;
    this.#axes = axes;
    this.#featureRows = featureRows;
    this.#centres = centres;
    const mostRows = Math.max(featureRows.length, centres.length) / rows.entries;
    this.#found = new NearestRows(rows.rowsPerBlock, mostRows);
    this.#scores = sharedFloat32Array(rows.count * SCORES_PER_KERNEL);
    this.#clusters = sharedInt8Array(rows.count);
    this.#nearest = sharedInt8Array(rows.count);
    this.#nearestDistances = sharedFloat32Array(rows.count);
  }

  measureBlock(index: number): void {
    const { entries } = this.#rows;
    this.#rows.visitBlock(index, (block, first, count) => {
      const scores = this.#scores.subarray(first * SCORES_PER_KERNEL);
      projectRows(block, count, this.#axes, SCORES_PER_KERNEL, scores);
      this.#found.find(block, entries, count, this.#featureRows);
      const { nearest, distances } = this.#found;
      for (let k = 0; k < count; k++) {
        this.#nearest[first + k] = nearest[k];
        this.#nearestDistances[first + k] = finiteOrNaN(distances[k]);
      }
      this.#found.find(block, entries, count, this.#centres);
      for (let k = 0; k < count; k++) this.#clusters[first + k] = nearest[k];
    });
  }

  /** Once all blocks are measured. */
  values(basis: number): LayerValues {
    const clustering = numberedBySize(this.#clusters, this.#centres, this.#rows.entries);
    return {
      basis,
      states: this.#rows.states,
      scores: this.#scores,
      clusters: clustering.assignment,
      clusterSizes: clustering.sizes,
      nearest: this.#nearest,
      nearestDistances: this.#nearestDistances,
    };
  }
}
