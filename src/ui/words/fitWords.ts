import type { Feature } from "../../core/features/clinicalKernels.ts";
import type { BestFit, FitNoise } from "../../core/values/bestFit.ts";
import { percentText } from "../figures/text.ts";

/** "Edge detection, turned by 90 degrees", "Local mean, inverted": a feature as it lies in a kernel. */
export function fitText(
  { feature, orientation, scale }: Omit<BestFit, "explained">,
  features: readonly Feature[],
): string {
  return [
    features[feature]?.label ?? "",
    ...(orientation === "as it is" ? [] : [orientation]),
    ...(scale < 0 ? ["inverted"] : []),
  ].join(", ");
}

/** True if a fit explains more than nineteen of twenty kernels of random numbers are explained. */
export function isMoreThanNoise(fit: BestFit, noise: FitNoise | null): boolean {
  return noise !== null && fit.explained > noise.upper;
}

/** A share whose number does not part from its sign at the end of a line. */
export function unbrokenPercent(share: number): string {
  return percentText(share).replaceAll(" ", "\u00a0");
}
