import type { JSX, ReactNode } from "react";
import {
  type AnalysedLayer,
  type Analysis,
  INDETERMINATE,
  KERNEL_DEAD,
  SCORES_PER_KERNEL,
} from "../../core/analysis/analysis.ts";
import type { KernelPlace } from "../../core/results/csv.ts";
import { kernelNorm } from "../../core/values/kernelNorms.ts";
import { type FeatureStyle, featureStyles, INDETERMINATE_STYLE } from "../figures/theme.ts";
import { KernelGlyph } from "../inspector/KernelGlyph.tsx";
import { channelPair } from "../inspector/kernelFacts.ts";
import { FeatureMark } from "../layers/FeatureMark.tsx";
import { NONE_TEXT, numberText, PENDING_TEXT, shareText } from "./cellText.ts";
import {
  isFine,
  isTie,
  type KernelColumnId,
  nearestDistance,
  weightEntry,
} from "./kernelColumns.ts";

/** Longer side of a kernel's picture, px. */
const GLYPH_SIZE = 27;

export interface KernelRowFacts {
  readonly analysis: Analysis;
  readonly place: KernelPlace;
  readonly isInGroup: boolean;
  /** True if the inspector shows this kernel. */
  readonly isCurrent: boolean;
}

function Named({ style }: { readonly style: FeatureStyle }): JSX.Element {
  return (
    <>
      <FeatureMark style={style} />
      {style.label}
    </>
  );
}

function labelCell(analysis: Analysis, layer: AnalysedLayer, kernel: number): ReactNode {
  if (!isFine(layer, kernel)) {
    return layer.values.states[kernel] === KERNEL_DEAD ? "Dead: all zero" : "Not finite";
  }
  if (layer.action === null) return PENDING_TEXT;
  const label = layer.action.labels[kernel];
  if (label === INDETERMINATE) return <Named style={INDETERMINATE_STYLE} />;
  const style = featureStyles(analysis.features)[label];
  return style === undefined ? NONE_TEXT : <Named style={style} />;
}

/** Distances of coarser grids decide labels and are never shown: until then there is none. */
function exactCell(layer: AnalysedLayer, kernel: number, text: () => string): string {
  if (!isFine(layer, kernel)) return NONE_TEXT;
  return layer.action?.stage === "exact" ? text() : PENDING_TEXT;
}

function marginText(layer: AnalysedLayer, kernel: number): string {
  const margin = layer.action?.stage === "exact" ? layer.action.margins[kernel] : Number.NaN;
  return isTie(margin) ? `tie, ${shareText(margin)}` : shareText(margin);
}

function groupCell({ isInGroup, isCurrent }: KernelRowFacts): ReactNode {
  if (!isInGroup && !isCurrent) return null;
  return (
    <span className="grid-mark">
      {isInGroup ? "✓ in" : ""}
      {isCurrent ? " ▸ shown" : ""}
    </span>
  );
}

/** What a row says in one column. */
export function kernelCell(facts: KernelRowFacts, column: KernelColumnId): ReactNode {
  const { analysis, place } = facts;
  const { kernel } = place;
  const layer = analysis.layers[place.layer];
  const { values, description } = layer;
  const entries = description.kernelSize[0] * description.kernelSize[1];
  const entry = weightEntry(column);
  if (entry !== null) {
    return entry < entries ? numberText(layer.kernels[kernel * entries + entry]) : "";
  }
  switch (column) {
    case "group":
      return groupCell(facts);
    case "layer":
      return <span title={description.name}>{description.name}</span>;
    case "in":
      return channelPair(layer, kernel).in;
    case "out":
      return channelPair(layer, kernel).out;
    case "kernel":
      return (
        <KernelGlyph
          layer={layer}
          weights={layer.kernels.subarray(kernel * entries, (kernel + 1) * entries)}
          size={GLYPH_SIZE}
          numbers={false}
        />
      );
    case "label":
      return labelCell(analysis, layer, kernel);
    case "distance":
      return exactCell(layer, kernel, () =>
        shareText(nearestDistance(layer, analysis.features.length, kernel)),
      );
    case "margin":
      return exactCell(layer, kernel, () => marginText(layer, kernel));
    case "nearest": {
      const style = featureStyles(analysis.features)[values.nearest[kernel]];
      return style === undefined ? NONE_TEXT : <Named style={style} />;
    }
    case "valueDistance":
      return numberText(values.nearestDistances[kernel]);
    case "cluster":
      return values.clusters[kernel] < 0 ? NONE_TEXT : values.clusters[kernel] + 1;
    case "norm":
      return numberText(kernelNorm(layer, kernel));
    case "pc1":
      return numberText(values.scores[kernel * SCORES_PER_KERNEL]);
    case "pc2":
      return numberText(values.scores[kernel * SCORES_PER_KERNEL + 1]);
    case "pc3":
      return numberText(values.scores[kernel * SCORES_PER_KERNEL + 2]);
    default:
      return null;
  }
}
