import type { Replacement } from "./replacement.ts";

/** One run over all slices with kernels replaced. */
export interface Trial {
  readonly targets: readonly TrialTarget[];
  readonly replacement: Replacement;
}

export interface TrialTarget {
  readonly layer: string;
  /** 1 for kernels to replace; null: all of the layer. */
  readonly members: Uint8Array | null;
  /** Feature index or -1 per kernel, for `label`; null: computed, see `SubstitutionRequest.labels`. */
  readonly labels: Int8Array | null;
}

/** How one set of outputs agrees with masks and with the outputs of the network as it is. */
export interface Agreement {
  /** Pooled over all slices with masks: 2 |A and B| / (|A| + |B|); null without masks, or where they mark nothing. */
  readonly diceToMasks: number | null;
  /** The same against the network's own output; null for vectors, or where it marks nothing. */
  readonly diceToOriginal: number | null;
  /** Pearson correlation with the network's own output, all slices pooled; null where constant. */
  readonly correlation: number | null;
}

export interface TrialResult extends Agreement {
  /** Index into the trials. */
  readonly trial: number;
  readonly replacedKernels: number;
}

export interface SubstitutionResult {
  /** The network as it is. */
  readonly original: Agreement;
  /** In the order of the trials. */
  readonly trials: readonly TrialResult[];
  readonly milliseconds: number;
}
