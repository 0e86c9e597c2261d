// What the TypeScript side calls (core/action/kernelModule.ts). It lays out memory from
// `heapStart` on, fills the tables of the grid and asks for features, then for kernels.
// Distances go to `out`, `features` for each of `count` kernels; NaN where a kernel has no
// spectrum.

// biome-ignore-start lint/performance/noBarrelFile: what a compiled module exports is what its entry does
export { setComparison } from "./comparison";
export {
  binsBytes,
  curveDistances,
  featureBytes,
  setBins,
  writeFeatureCurves,
} from "./curves";
export { setGrid } from "./grid";
export { listDistances, setLists, writeFeatureList } from "./lists";
export { responseDistances, writeFeatureResponse } from "./responses";
// biome-ignore-end lint/performance/noBarrelFile: see above

/** First byte of memory that this module does not use itself. */
export function heapStart(): usize {
  return (__heap_base + 15) & ~15;
}
