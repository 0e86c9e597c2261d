import type { LayerOperator } from "../operator/layerOperator.ts";
import type { OperatorSpectrum } from "../operator/operatorSpectrum.ts";
import { roundedAll } from "./numbers.ts";

/** Where the methods are described. */
const OPERATOR_SOURCES = {
  singularValues: "Sedghi, Gupta and Long, ICLR 2019",
  bound: "Delattre et al., ICML 2023",
} as const;

/**
 * What is known of a whole layer's operator (`layers[].operator`). Bounds are written with all
 * their digits: rounded, they would no longer be certain.
 */
export function operatorJson(operator: LayerOperator): object {
  const { boundary, inputMap, exactness, norm, normWithZeroPadding, unfoldedBound } = operator;
  return {
    boundary,
    inputMap,
    exactness,
    norm,
    normWithZeroPadding,
    unfoldedBound,
    spectrum: operator.spectrum === null ? null : spectrumJson(operator.spectrum),
    milliseconds: operator.milliseconds,
    sources: OPERATOR_SOURCES,
  };
}

function spectrumJson(spectrum: OperatorSpectrum): object {
  const { count, resolution, condition, stableRank, effectiveRank, curve } = spectrum;
  return {
    count,
    resolution,
    condition,
    stableRank,
    stableRankShare: stableRank === null ? null : stableRank / count,
    effectiveRank,
    effectiveRankShare: effectiveRank === null ? null : effectiveRank / count,
    // Quantiles, evenly spaced in rank, at most CURVE_POINTS of them.
    curve: roundedAll(curve),
  };
}
