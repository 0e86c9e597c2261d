import { type JSX, useMemo } from "react";
import type { AnalysedLayer, Analysis } from "../../core/analysis/analysis.ts";
import { distancesFigure } from "../figures/distances.ts";
import { weightText } from "../figures/glyph.ts";
import { SvgView } from "../figures/SvgView.tsx";
import { spectrumFigure } from "../figures/spectrum.ts";
import { sizeText } from "../figures/text.ts";
import { featureStyles, figureTheme } from "../figures/theme.ts";
import { useElementWidth } from "../hooks/useElementWidth.ts";
import { useExactDistances } from "../hooks/useExactDistances.ts";
import { useTheme } from "../hooks/useTheme.ts";
import { FeatureMark } from "../layers/FeatureMark.tsx";
import { clearSelection } from "../state/actions.ts";
import { KernelGlyph } from "./KernelGlyph.tsx";
import { KernelPicker } from "./KernelPicker.tsx";
import { kernelFacts, labelSentence } from "./kernelFacts.ts";
import { layerScale } from "./layerScale.ts";
import { gridOf, spectrumSeries } from "./spectra.ts";

interface Props {
  readonly analysis: Analysis;
  readonly layer: AnalysedLayer;
  readonly kernel: number;
}

const GLYPH_SIZE = 216;

function Facts({ analysis, layer, kernel }: Props): JSX.Element {
  const facts = kernelFacts(layer, analysis.features.length, kernel);
  const style = featureStyles(analysis.features)[facts.label ?? -1];
  const nearest = analysis.features[facts.nearestByValue];
  return (
    <>
      <p className="kernel-label">
        {style !== undefined && <FeatureMark style={style} />} {labelSentence(facts, analysis)}
      </p>
      <dl className="facts">
        {nearest !== undefined && (
          <>
            <dt>Nearest by value</dt>
            <dd>
              {nearest.label}, {facts.nearestDistance.toPrecision(2)} away
            </dd>
          </>
        )}
        {facts.cluster >= 0 && (
          <>
            <dt>Cluster</dt>
            <dd>
              {facts.cluster + 1} of {layer.values.clusterSizes.length}
            </dd>
          </>
        )}
      </dl>
    </>
  );
}

function ActionFigures({ analysis, layer, kernel }: Props): JSX.Element {
  const [ref, width] = useElementWidth();
  const theme = figureTheme(useTheme());
  const pictures = useMemo(() => {
    const facts = kernelFacts(layer, analysis.features.length, kernel);
    if (width === 0 || facts.distances === null) return null;
    const { features, settings } = analysis;
    const { distances } = facts;
    return {
      distances: distancesFigure({
        features,
        distances,
        threshold: settings.threshold,
        width,
        theme,
      }),
      spectrum: spectrumFigure({
        series: spectrumSeries(analysis, layer, facts.weights),
        width,
        theme,
        plotHeight: 180,
      }),
    };
  }, [analysis, layer, kernel, width, theme]);
  return (
    <div ref={ref} className="action-figures">
      {pictures !== null && (
        <>
          <h3>Distance to each filter</h3>
          <SvgView node={pictures.distances.node} />
          <h3>Spectrum on a {sizeText(gridOf(analysis, layer))} grid</h3>
          <p className="small muted">How strongly it passes each pattern of stripes, sorted.</p>
          <SvgView node={pictures.spectrum.node} />
        </>
      )}
    </div>
  );
}

/** One kernel: its numbers, what it acts like, and how sure that is. */
export function KernelInspector({ analysis, layer, kernel }: Props): JSX.Element {
  useExactDistances(analysis, layer);
  const { weights, channels } = kernelFacts(layer, analysis.features.length, kernel);
  const scale = weightText(layerScale(layer));
  return (
    <div className="inspector-content">
      <div className="kernel-head">
        <h2>
          Kernel, input {channels.in} to output {channels.out}
        </h2>
        <button type="button" className="button" onClick={clearSelection}>
          Back to layer
        </button>
      </div>
      <p className="muted">{layer.description.name}</p>
      <KernelPicker key={layer.description.name} layer={layer} kernel={kernel} />
      <KernelGlyph layer={layer} weights={weights} size={GLYPH_SIZE} numbers={true} />
      <p className="small muted">
        Orange below zero, purple above; full colour at ±{scale}, the largest weight of the layer.
      </p>
      <Facts analysis={analysis} layer={layer} kernel={kernel} />
      <ActionFigures analysis={analysis} layer={layer} kernel={kernel} />
    </div>
  );
}
