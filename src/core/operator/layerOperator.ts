import type { Size2d } from "../network/size2d.ts";
import { gramPolynomial, unfoldedGram } from "./gramPolynomial.ts";
import {
  gramNormBound,
  longestRow,
  type NormInterval,
  supremumFactor,
  unfoldedBound,
} from "./normBound.ts";
import { type OperatorPlan, operatorPlan } from "./operatorPlan.ts";
import {
  type MeasuredSpectrum,
  type OperatorSpectrum,
  operatorSpectrum,
} from "./operatorSpectrum.ts";
import { Pace } from "./pace.ts";
import { type OperatorLayer, type StrideOneForm, strideOneForm } from "./strideOneForm.ts";

export interface LayerOperatorRequest extends OperatorLayer {
  /** Map that the layer receives, height and width. */
  readonly grid: Size2d;
}

/** Of which frequencies the singular values are known. */
export type OperatorExactness =
  /** All of the layer's map: every singular value of the operator. */
  | { readonly kind: "every-frequency" }
  /** Those of an even part, `frequencies` of them: some of the operator's singular values. */
  | { readonly kind: "some-frequencies"; readonly frequencies: Size2d }
  /** All of the same layer on a smaller input map, as the sides have no suitable divisors. */
  | { readonly kind: "smaller-map"; readonly map: Size2d }
  /** None: the norm is bounded, and no more. */
  | { readonly kind: "bound-only" }
  /** All, and all are 0, as every weight is. */
  | { readonly kind: "all-zero" };

/**
 * The linear map of a whole layer, all its channels together, without bias: how much it can
 * amplify its input, measured in the Euclidean norm of all channels and pixels.
 */
export interface LayerOperator {
  /** Of the spectrum and of `norm`: opposite borders of the map are joined. */
  readonly boundary: "circular";
  /** Map that the operator takes: the layer's grid, enlarged to a multiple of the stride. */
  readonly inputMap: Size2d;
  readonly exactness: OperatorExactness;
  /** Null if the norm is bounded only. */
  readonly spectrum: OperatorSpectrum | null;
  /** The largest singular value on `inputMap`, certified, rounding included. */
  readonly norm: NormInterval;
  /**
   * Certified: no input is amplified more, whatever the size of the map, with circular or with
   * zero padding of any width. (Reflected and replicated borders can amplify more.)
   */
  readonly normWithZeroPadding: number;
  /** The same without frequencies, from the unfolded layer: up to the root of the taps looser. */
  readonly unfoldedBound: number;
  readonly milliseconds: number;
}

/**
 * Singular values and norm of a layer's operator (Sedghi, Gupta and Long, The Singular Values
 * of Convolutional Layers, ICLR 2019), and a certified bound of its norm by Gram iteration
 * (Delattre et al., ICML 2023). Stride, dilation, groups and transposed layers are exact.
 *
 * @param onProgress share of the work done, 0 .. 1, now and then.
 * @throws ConvAtlasError `malformed` for weights that are not finite; `cancelled`.
 */
export async function layerOperator(
  request: LayerOperatorRequest,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<LayerOperator> {
  const startedAt = performance.now();
  const pace = new Pace(onProgress, signal);
  const form = await strideOneForm(request, request.grid, pace);
  if (form === null) return zeroOperator(request.grid, performance.now() - startedAt);
  const plan = operatorPlan(form);
  pace.expect(plan.operations);
  const found = await measured(form, plan, pace);
  onProgress(1);
  return {
    boundary: "circular",
    inputMap: form.inputMap,
    exactness: exactnessOf(form, plan),
    spectrum: found.spectrum?.spectrum ?? null,
    norm: ownNorm(form, plan, found),
    normWithZeroPadding: found.supremum.atMost,
    unfoldedBound: found.unfolded,
    milliseconds: performance.now() - startedAt,
  };
}

/** All norms in units of the weights. */
interface Found {
  readonly spectrum: MeasuredSpectrum | null;
  /** Over the layer's own map; null if it was not bounded apart. */
  readonly own: NormInterval | null;
  /** Over `plan.boundMap`; null without. */
  readonly bound: NormInterval | null;
  /** Over all real frequencies. */
  readonly supremum: NormInterval;
  readonly unfolded: number;
}

async function measured(form: StrideOneForm, plan: OperatorPlan, pace: Pace): Promise<Found> {
  const { scale, kernelSize } = form;
  const { spectrumMap, boundMap } = plan;
  const unfolded = (await unfoldedBound(form, await unfoldedGram(form, pace), pace)) * scale;
  const row = longestRow(form) * scale;
  if (spectrumMap === null && boundMap === null) {
    const supremum = { atLeast: row, atMost: unfolded };
    return { spectrum: null, own: null, bound: null, supremum, unfolded };
  }
  const polynomial = await gramPolynomial(form, pace);
  const boundOn = async (map: Size2d | null): Promise<NormInterval | null> => {
    if (map === null) return null;
    const { atLeast, atMost } = await gramNormBound(polynomial, map, pace);
    return { atLeast: atLeast * scale, atMost: atMost * scale };
  };
  const spectrum =
    spectrumMap === null
      ? null
      : await operatorSpectrum(polynomial, spectrumMap, scale, form.copies, pace);
  const bound = await boundOn(boundMap);
  const own = await boundOn(plan.boundsOwnMap ? form.map : null);
  const factor = boundMap === null ? 1 : supremumFactor(kernelSize, boundMap);
  const supremum = {
    atLeast: Math.max(row, bound?.atLeast ?? 0, own?.atLeast ?? 0, spectrum?.largest.atLeast ?? 0),
    atMost: Math.min(unfolded, bound === null ? Number.POSITIVE_INFINITY : bound.atMost * factor),
  };
  return { spectrum, own, bound, supremum, unfolded };
}

/** What all that was found says about the norm on the layer's own map. */
function ownNorm(form: StrideOneForm, plan: OperatorPlan, found: Found): NormInterval {
  const { map, kernelSize } = form;
  const holdsKernel = kernelSize[0] <= map[0] && kernelSize[1] <= map[1];
  const lower = [found.supremum.atLeast / supremumFactor(kernelSize, map)];
  const upper = [found.supremum.atMost];
  if (holdsKernel) lower.push(longestRow(form) * form.scale);
  const measuredOn: readonly (readonly [Size2d | null, NormInterval | undefined | null])[] = [
    [plan.spectrumMap, found.spectrum?.largest],
    [plan.boundMap, found.bound],
    [map, found.own],
  ];
  for (const [frequencies, interval] of measuredOn) {
    if (frequencies === null || interval === null || interval === undefined) continue;
    // Frequencies of a map whose sides divide the layer's are frequencies of the layer.
    if (map[0] % frequencies[0] === 0 && map[1] % frequencies[1] === 0)
      lower.push(interval.atLeast);
    if (map[0] === frequencies[0] && map[1] === frequencies[1]) upper.push(interval.atMost);
  }
  return { atLeast: Math.max(...lower), atMost: Math.min(...upper) };
}

function exactnessOf({ map }: StrideOneForm, plan: OperatorPlan): OperatorExactness {
  const { spectrumMap } = plan;
  if (spectrumMap === null) return { kind: "bound-only" };
  const [height, width] = spectrumMap;
  if (height === map[0] && width === map[1]) return { kind: "every-frequency" };
  if (map[0] % height === 0 && map[1] % width === 0) {
    return { kind: "some-frequencies", frequencies: spectrumMap };
  }
  return { kind: "smaller-map", map: spectrumMap };
}

/** Every singular value of a layer without weights is 0, on every map. */
function zeroOperator(inputMap: Size2d, milliseconds: number): LayerOperator {
  return {
    boundary: "circular",
    inputMap,
    exactness: { kind: "all-zero" },
    spectrum: null,
    norm: { atLeast: 0, atMost: 0 },
    normWithZeroPadding: 0,
    unfoldedBound: 0,
    milliseconds,
  };
}
