import { type JSX, useMemo } from "react";
import type { AnalysedLayer, Analysis } from "../../core/analysis/analysis.ts";
import { type BestFit, bestFit, fitNoise } from "../../core/values/bestFit.ts";
import { ORIENTATIONS, orientedKernel } from "../../core/values/orientations.ts";
import { weightText } from "../figures/glyph.ts";
import { percentText } from "../figures/text.ts";
import { fitText } from "../words/fitWords.ts";
import { KernelGlyph } from "./KernelGlyph.tsx";
import { layerScale } from "./layerScale.ts";
import { kernelPath, layerPath } from "./resultPath.ts";

interface Props {
  readonly analysis: Analysis;
  readonly layer: AnalysedLayer;
  readonly kernel: number;
  readonly weights: Float32Array;
}

const KERNEL_SIDE = 168;
const FILTER_SIDE = 84;

/** The nine numbers that a fit puts in place of a kernel's, in the middle of zeros if it is larger. */
function fittedWeights(
  fit: BestFit,
  { features }: Analysis,
  [height, width]: readonly [number, number],
): Float64Array {
  const turned = orientedKernel(
    features[fit.feature].kernel,
    ORIENTATIONS.indexOf(fit.orientation),
  );
  const weights = new Float64Array(height * width);
  const [top, left] = [(height - 3) / 2, (width - 3) / 2];
  for (const [at, entry] of turned.entries()) {
    weights[(top + Math.floor(at / 3)) * width + left + (at % 3)] = entry * fit.scale;
  }
  return weights;
}

/** A kernel's numbers as a picture, and beside it the filter that explains most of it. */
export function FitPictures({ analysis, layer, kernel, weights }: Props): JSX.Element {
  const { features } = analysis;
  const { kernelSize } = layer.description;
  const fit = useMemo(
    () => bestFit(weights, kernelSize, features),
    [weights, kernelSize, features],
  );
  const fitted = useMemo(
    () => (fit === null ? null : fittedWeights(fit, analysis, kernelSize)),
    [fit, analysis, kernelSize],
  );
  const noise = fitNoise(features, kernelSize);
  return (
    <>
      <div className="fit-pictures" data-result={kernelPath(analysis, layer, kernel)}>
        <figure>
          <KernelGlyph layer={layer} weights={weights} size={KERNEL_SIDE} numbers={true} />
          <figcaption className="small muted">This kernel</figcaption>
        </figure>
        {fit !== null && fitted !== null && (
          <figure>
            <KernelGlyph layer={layer} weights={fitted} size={FILTER_SIDE} numbers={false} />
            <figcaption className="small">
              {fitText(fit, features)}
              <span className="muted"> × {weightText(Math.abs(fit.scale))}</span>
              <br />
              <strong>explains {percentText(fit.explained)}</strong> of this kernel
            </figcaption>
          </figure>
        )}
      </div>
      <p className="small muted" data-result={layerPath(analysis, layer)}>
        Orange below zero, purple above; full colour at ±{weightText(layerScale(layer))}, the
        largest weight of the layer.
        {fit !== null &&
          noise !== null &&
          ` Of random numbers the best filter explains ${percentText(noise.mean)} on average; of one in twenty, more than ${percentText(noise.upper)}.`}
      </p>
    </>
  );
}
