import type { Feature } from "../../../core/features/clinicalKernels.ts";
import type { Size2d } from "../../../core/network/size2d.ts";
import { embedFeatures } from "../../../core/values/embedFeature.ts";
import { ORIENTATIONS, orientedKernel } from "../../../core/values/orientations.ts";
import type { FeatureAtWork } from "../../../worker/lab/protocol.ts";

/** The numbers of a filter as it lies in a kernel, in the middle of zeros if that is larger. */
export function fittedFeature(
  { orientation, scale }: Pick<FeatureAtWork, "orientation" | "scale">,
  feature: Feature,
  kernelSize: Size2d,
): Float64Array {
  const kernel = orientedKernel(feature.kernel, ORIENTATIONS.indexOf(orientation));
  return embedFeatures([{ ...feature, kernel }], kernelSize).map((entry) => entry * scale);
}
