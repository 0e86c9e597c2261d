import type { LabelShares } from "../../core/action/labelShares.ts";
import type { Feature } from "../../core/features/clinicalKernels.ts";
import type { BestFit, FitNoise } from "../../core/values/bestFit.ts";
import { notableLifts } from "../figures/lift.ts";
import { countText, groupedNumber } from "../figures/text.ts";
import { fitText, isMoreThanNoise, unbrokenPercent } from "./fitWords.ts";

/** What a sentence about some kernels is made of. */
export interface KernelsTold {
  readonly size: number;
  /** All kernels that they were chosen from. */
  readonly outOf: number;
  /** Of their mean; null where there is none. */
  readonly fit: BestFit | null;
  /** What a fit explains of random kernels. */
  readonly fitNoise: FitNoise | null;
  /** Null until known; `undefined` where the labels are what they were chosen by. */
  readonly labels: LabelShares | null | undefined;
}

/**
 * Some kernels in words for people who have never seen one: how many, what they look like on
 * average, and what more of them act like than chance explains.
 */
export function kernelsSentence(told: KernelsTold, features: readonly Feature[]): string {
  const size = `${groupedNumber(told.size)} of ${countText(told.outOf, "kernel")}.`;
  if (told.size === 0) return size;
  const looks = looksText(told, features);
  const acts = told.labels ? actsText(told.labels, features) : null;
  if (looks === null) return acts === null ? size : `${size} ${capitalised(acts)}.`;
  return `${size} ${looks}${acts === null ? "" : `; ${acts}`}.`;
}

function looksText(
  { size, fit, fitNoise }: KernelsTold,
  features: readonly Feature[],
): string | null {
  if (fit === null) return null;
  const subject = size === 1 ? "It looks" : "On average they look";
  const explained = unbrokenPercent(fit.explained);
  if (isMoreThanNoise(fit, fitNoise)) {
    return `${subject} like ${fitText(fit, features)} (${explained} explained)`;
  }
  const limit = fitNoise === null ? "" : `; up to ${unbrokenPercent(fitNoise.upper)} can be chance`;
  return `${subject} like none of the filters (${features[fit.feature].label} explains ${explained}${limit})`;
}

function actsText(labels: LabelShares, features: readonly Feature[]): string {
  const top = notableLifts(labels.counts, labels.noise).find(
    ({ index, standardErrors }) => index < features.length && standardErrors > 0,
  );
  if (top === undefined) return "what they act like is no more than noise gives";
  const { label } = features[top.index];
  const noise = top.baselineShare === 0 ? "none" : unbrokenPercent(top.baselineShare);
  return `${unbrokenPercent(top.share)} act like ${label}, where noise gives ${noise}`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
