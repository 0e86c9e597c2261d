import type { Architecture } from "./configGraph.ts";
import type { WeightGroup } from "./storedWeights.ts";

/** A Keras model as its file describes it, whatever the form: no weight is read yet. */
export interface KerasModel {
  /** Null for weights alone: only their names tell what they are for. */
  readonly architecture: Architecture | null;
  /** By layer of the outermost model. */
  readonly groups: readonly WeightGroup[];
  /** Of the Keras that wrote it, as the file says. */
  readonly version: string | null;
  /** Theano convolves where all others correlate: its kernels are stored turned by 180 degrees. */
  readonly isTheano: boolean;
  /** Plain sentences about what was odd in the file. */
  readonly warnings: readonly string[];
}
