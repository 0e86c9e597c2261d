import { type JSX, useDeferredValue, useMemo } from "react";
import { frequencyPicture } from "../../core/action/frequencyPicture.ts";
import type { AnalysedLayer, Analysis } from "../../core/analysis/analysis.ts";
import { distancesFigure } from "../figures/distances.ts";
import { frequencyResponseFigure } from "../figures/frequencyResponse.ts";
import { weightText } from "../figures/glyph.ts";
import { SvgView } from "../figures/SvgView.tsx";
import { spectrumFigure } from "../figures/spectrum.ts";
import { sizeText } from "../figures/text.ts";
import { featureStyles, figureTheme } from "../figures/theme.ts";
import { useElementWidth } from "../hooks/useElementWidth.ts";
import { useExactDistances } from "../hooks/useExactDistances.ts";
import { usePage } from "../hooks/usePage.ts";
import { useTheme } from "../hooks/useTheme.ts";
import { FeatureMark } from "../layers/FeatureMark.tsx";
import { clearSelection } from "../state/actions.ts";
import { FitPictures } from "./FitPictures.tsx";
import { GroupButton } from "./GroupButton.tsx";
import { KernelPicker } from "./KernelPicker.tsx";
import { kernelFacts, labelSentence } from "./kernelFacts.ts";
import { Neighbours } from "./Neighbours.tsx";
import { kernelPath, layerPath } from "./resultPath.ts";
import { gridOf, spectrumSeries } from "./spectra.ts";

interface Props {
  readonly analysis: Analysis;
  readonly layer: AnalysedLayer;
  readonly kernel: number;
}

function Facts({ analysis, layer, kernel }: Props): JSX.Element {
  const facts = kernelFacts(layer, analysis.features.length, kernel);
  const style = featureStyles(analysis.features)[facts.label ?? -1];
  const nearest = analysis.features[facts.nearestByValue];
  const { name } = layer.description;
  const { cluster, channels } = facts;
  return (
    <>
      <div className="inspector-part" data-result={kernelPath(analysis, layer, kernel)}>
        <p className="kernel-label">
          {style !== undefined && <FeatureMark style={style} />} {labelSentence(facts, analysis)}
        </p>
        {nearest !== undefined && (
          <dl className="facts">
            <dt title="Distance of the nine numbers as they are: neither turned nor scaled.">
              Nearest by value
            </dt>
            <dd>
              {nearest.label}, {weightText(facts.nearestDistance)} away
            </dd>
          </dl>
        )}
      </div>
      <div className="group-buttons">
        {cluster >= 0 && (
          <span data-result={`${layerPath(analysis, layer)}.clusters.${cluster}`}>
            <GroupButton group={{ kind: "cluster", layer: name, cluster }}>
              Cluster {cluster + 1} of {layer.values.clusterSizes.length}
            </GroupButton>
          </span>
        )}
        <span data-result="selection">
          <GroupButton group={{ kind: "channel", layer: name, side: "in", channel: channels.in }}>
            All of input {channels.in}
          </GroupButton>
        </span>
        <span data-result="selection">
          <GroupButton group={{ kind: "channel", layer: name, side: "out", channel: channels.out }}>
            All of output {channels.out}
          </GroupButton>
        </span>
      </div>
    </>
  );
}

/** In a turn of their own, once the kernel's numbers are on the page; until then the last ones stay. */
function ActionFigures({ analysis, layer, kernel }: Props): JSX.Element | null {
  const wanted = useMemo(() => ({ analysis, layer, kernel }), [analysis, layer, kernel]);
  const drawn = useDeferredValue(wanted, null);
  return drawn === null ? null : <DrawnFigures {...drawn} />;
}

function DrawnFigures({ analysis, layer, kernel }: Props): JSX.Element {
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
      frequencies: frequencyResponseFigure({
        picture: frequencyPicture(facts.weights, layer.description.kernelSize),
        width,
        theme,
      }),
    };
  }, [analysis, layer, kernel, width, theme]);
  return (
    <div ref={ref} className="action-figures">
      {pictures !== null && (
        <>
          <h3>Distance to each filter</h3>
          <div data-result={kernelPath(analysis, layer, kernel)}>
            <SvgView node={pictures.distances.node} />
          </div>
          <h3 data-result={layerPath(analysis, layer)}>
            Spectrum on a {sizeText(gridOf(analysis, layer))} grid
          </h3>
          <p className="small muted">How strongly it passes each pattern of stripes, sorted.</p>
          <SvgView node={pictures.spectrum.node} />
          <h3>Which stripes it passes</h3>
          <p className="small muted">
            The same before sorting: where in the plane of stripes it lies.
          </p>
          <SvgView node={pictures.frequencies.node} />
        </>
      )}
    </div>
  );
}

/** One kernel: its numbers, what it acts like, how sure that is, and what it resembles. */
export function KernelInspector({ analysis, layer, kernel }: Props): JSX.Element {
  useExactDistances(analysis, layer);
  const hasGroup = usePage((state) => state.selection.group !== null);
  const { weights, channels } = useMemo(
    () => kernelFacts(layer, analysis.features.length, kernel),
    [layer, analysis.features.length, kernel],
  );
  return (
    <div className="inspector-content">
      <div className="kernel-head">
        <h2 data-result="selection">
          Kernel, input {channels.in} to output {channels.out}
        </h2>
        <button type="button" className="button" onClick={clearSelection}>
          Back to {hasGroup ? "group" : "layer"}
        </button>
      </div>
      <p className="muted">{layer.description.name}</p>
      <KernelPicker key={layer.description.name} layer={layer} kernel={kernel} />
      <FitPictures analysis={analysis} layer={layer} kernel={kernel} weights={weights} />
      <Facts analysis={analysis} layer={layer} kernel={kernel} />
      <ActionFigures analysis={analysis} layer={layer} kernel={kernel} />
      <Neighbours analysis={analysis} layer={layer} kernel={kernel} />
    </div>
  );
}
