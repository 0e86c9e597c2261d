import { type JSX, useCallback, useMemo } from "react";
import { sortedSpectrum } from "../../core/action/spectrum.ts";
import type { AnalysedLayer, Analysis } from "../../core/analysis/analysis.ts";
import { memberCount } from "../../core/selection/membership.ts";
import { SvgView } from "../figures/SvgView.tsx";
import type { SpectrumSeries } from "../figures/spectrum.ts";
import { spectrumBandFigure } from "../figures/spectrumBand.ts";
import { countText, groupedNumber, sizeText } from "../figures/text.ts";
import { featureStyles, figureTheme } from "../figures/theme.ts";
import { useGroupMembers } from "../hooks/useGroup.ts";
import { useInSlices } from "../hooks/useInSlices.ts";
import { usePage } from "../hooks/usePage.ts";
import { useTheme } from "../hooks/useTheme.ts";
import { channelPair } from "../inspector/kernelFacts.ts";
import { layerPath } from "../inspector/resultPath.ts";
import { gridOf } from "../inspector/spectra.ts";
import "./spectra.css";
import { drawnGrid, type SampledBand, sampledBand } from "./spectrumSample.ts";

interface Props {
  readonly analysis: Analysis;
  /** Index in `Analysis.layers`. */
  readonly index: number;
  readonly kernel: number | null;
  readonly width: number;
}

/** Wider than this a curve is only stretched, px. */
const WIDEST = 760;

interface Made {
  readonly band: SampledBand;
  readonly features: readonly SpectrumSeries[];
}

/** Band and curves on one grid, so that they can be compared. */
function* madeSpectra(
  analysis: Analysis,
  layer: AnalysedLayer,
  members: Uint8Array | null,
): Generator<void, Made> {
  const grid = drawnGrid(gridOf(analysis, layer), layer.description.kernelSize);
  const styles = featureStyles(analysis.features);
  const features: SpectrumSeries[] = [];
  for (const [index, { label, kernel }] of analysis.features.entries()) {
    const values = sortedSpectrum(kernel, [3, 3], [Math.max(3, grid[0]), Math.max(3, grid[1])]);
    features.push({ name: label, values, style: styles[index] });
    yield;
  }
  return { features, band: yield* sampledBand(layer, members, grid) };
}

function kernelSeries(layer: AnalysedLayer, kernel: number, made: Made): SpectrumSeries {
  const { kernelSize } = layer.description;
  const entries = kernelSize[0] * kernelSize[1];
  const weights = layer.kernels.subarray(kernel * entries, (kernel + 1) * entries);
  const { in: input, out } = channelPair(layer, kernel);
  return {
    name: `In ${input}, out ${out}`,
    values: sortedSpectrum(weights, kernelSize, made.band.grid),
    style: null,
    emphasised: true,
  };
}

/** Which kernels the band stands for, and on which map they act. */
function bandSentence({ band }: Made, isGroup: boolean, mapIsWhole: boolean): string {
  const which = isGroup ? "selected kernel" : "kernel";
  const of =
    band.kernels < band.of
      ? `${groupedNumber(band.kernels)} of ${countText(band.of, which)}, an even sample,`
      : `${countText(band.of, which)}`;
  const map = `on a map of ${sizeText(band.grid)}${mapIsWhole ? "" : ", smaller than the layer's"}`;
  return `${of} ${map}.`;
}

/** How strongly the kernels of a layer pass each pattern of stripes, as a band between the filters. */
export function SpectraPanel({ analysis, index, kernel, width }: Props): JSX.Element {
  const theme = figureTheme(useTheme());
  const layer = analysis.layers[index];
  const allMembers = useGroupMembers(analysis, index);
  const group = usePage((state) => state.selection.group);
  const hasMembers = group !== null && memberCount(analysis, index, group) > 0;
  const members = hasMembers ? allMembers : null;
  const start = useCallback(
    () => madeSpectra(analysis, layer, members),
    [analysis, layer, members],
  );
  const made = useInSlices(start);
  const figure = useMemo(() => {
    if (made === null) return null;
    const own = kernel === null ? [] : [kernelSeries(layer, kernel, made)];
    const series = [...made.features, ...own];
    return spectrumBandFigure({ band: made.band, series, width: Math.min(width, WIDEST), theme });
  }, [made, layer, kernel, width, theme]);
  const mapIsWhole =
    made !== null && sizeText(gridOf(analysis, layer)) === sizeText(made.band.grid);
  const isWhole = mapIsWhole && made?.band.kernels === made?.band.of;
  return (
    <section className="layer-part" aria-labelledby="spectra-title">
      <h3 id="spectra-title">
        {hasMembers ? "Spectra of the selected kernels" : "Spectra of the kernels"}
      </h3>
      <p className="small muted view-note">
        How strongly each pattern of stripes passes, strongest first. Kernels whose curve runs along
        a filter's act like it.
        {group !== null && !hasMembers && " No selected kernel is in this layer: all are shown."}
      </p>
      <div className="spectra-figure" data-scale="">
        {figure !== null && <SvgView node={figure.node} />}
      </div>
      {/* How many are drawn, and on which smaller map, is no result: data-scale. */}
      <p
        className="small muted"
        {...(isWhole ? { "data-result": layerPath(analysis, layer) } : { "data-scale": "" })}
      >
        {made === null ? "\u00a0" : bandSentence(made, hasMembers, mapIsWhole)}
      </p>
    </section>
  );
}
