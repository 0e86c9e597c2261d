import type { ChanceLikeness } from "../maps/chanceLikeness.ts";
import { rounded } from "./numbers.ts";

/** One filter on the picture that a kernel receives. */
export interface FeatureCorrelation {
  /** Id of the feature. */
  readonly feature: string;
  readonly orientation: string;
  readonly scale: number;
  /** Pearson, -1..1; null where one of the maps is constant. */
  readonly correlation: number | null;
}

/** How a kernel acts on a picture, in numbers: the pictures themselves stay with the person. */
export interface KernelAtWorkResult {
  readonly layer: string;
  /** Index as in `layers[].kernels`. */
  readonly kernel: number;
  readonly inputChannel: number;
  readonly outputChannel: number;
  /** Kernels that are summed into the output channel. */
  readonly kernelsOfChannel: number;
  /** Of the kernel's own map with the whole channel; null where one is constant. */
  readonly channelCorrelation: number | null;
  /** Best first. */
  readonly features: readonly FeatureCorrelation[];
  /** What random kernels reach on the same input; null where that cannot be told. */
  readonly chance: ChanceLikeness | null;
}

/** A kernel at work as it stands in the exported results. */
export function kernelAtWorkJson(result: KernelAtWorkResult): object {
  return {
    ...result,
    channelCorrelation: roundedOrNull(result.channelCorrelation),
    features: result.features.map((one) => ({
      ...one,
      scale: rounded(one.scale),
      correlation: roundedOrNull(one.correlation),
    })),
    chance: result.chance && {
      draws: result.chance.draws,
      median: rounded(result.chance.median),
      upper: rounded(result.chance.upper),
    },
  };
}

function roundedOrNull(value: number | null): number | null {
  return value === null ? null : rounded(value);
}
