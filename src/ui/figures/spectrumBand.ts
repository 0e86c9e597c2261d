import { curvePoints, type SpectrumPlot, type SpectrumSeries, spectrumFigure } from "./spectrum.ts";
import { type Picture, type SvgNode, svg } from "./svg.ts";
import { groupedNumber } from "./text.ts";
import type { FigureTheme } from "./theme.ts";

/**
 * Sorted spectra of many kernels, place by place: at each place from the most to the least
 * amplified pattern, what 5 %, 50 % and 95 % of the kernels stay below. All lists are equally long.
 */
export interface SpectrumBand {
  readonly low: Float32Array;
  readonly median: Float32Array;
  readonly high: Float32Array;
  /** Kernels it was made from; 0: there is nothing to draw. */
  readonly kernels: number;
}

export interface SpectrumBandOptions {
  readonly band: SpectrumBand;
  /** Curves over the band: the features, and a kernel that is looked at. */
  readonly series: readonly SpectrumSeries[];
  /** In CSS pixels; at least 260. */
  readonly width: number;
  readonly theme: FigureTheme;
  readonly plotHeight?: number;
  readonly title?: string;
}

/** The grid lines shine through. */
const BAND_OPACITY = 0.16;

function bandNodes({ low, high }: SpectrumBand, plot: SpectrumPlot, theme: FigureTheme): SvgNode[] {
  const upper = curvePoints(high, plot);
  const lower = curvePoints(low, plot);
  if (upper.length === 0) return [];
  const edge = { fill: "none", stroke: theme.line, "stroke-width": 1 };
  return [
    svg("path", {
      "data-part": "band",
      d: `M${[...upper, ...lower.toReversed()].join("L")}z`,
      fill: theme.ink,
      opacity: BAND_OPACITY,
    }),
    svg("path", { d: `M${upper.join("L")}`, ...edge }),
    svg("path", { d: `M${lower.join("L")}`, ...edge }),
  ];
}

/** Spectra of many kernels as a band with their median, between the named curves of the features. */
export function spectrumBandFigure({ band, series, ...options }: SpectrumBandOptions): Picture {
  const median: SpectrumSeries = {
    name: band.kernels === 1 ? "The kernel" : "Median",
    values: band.kernels === 0 ? new Float32Array(0) : band.median,
    style: null,
    dash: "7 3",
    emphasised: true,
  };
  return spectrumFigure({
    ...options,
    series: [...series, median],
    ...(band.kernels < 2
      ? {}
      : {
          behind: (plot) => bandNodes(band, plot, options.theme),
          note: `Shaded: 90 % of ${groupedNumber(band.kernels)} kernels; dashed: their median.`,
        }),
  });
}
