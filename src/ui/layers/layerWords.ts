import type { AnalysedLayer } from "../../core/analysis/analysis.ts";
import { countText, sizeText } from "../figures/text.ts";

/** "Conv2d 3 × 3, 16 → 16 channels, stride 2 × 2": only what differs from the usual is added. */
export function operatorText({ description }: AnalysedLayer): string {
  const { operator, kernelSize, inChannels, outChannels, groups, stride, dilation } = description;
  const parts = [
    `${operator} ${sizeText(kernelSize)}`,
    `${inChannels} → ${outChannels} channels`,
    ...(groups > 1 ? [`${groups} groups`] : []),
    ...(stride.some((step) => step !== 1) ? [`stride ${sizeText(stride)}`] : []),
    ...(dilation.some((step) => step !== 1) ? [`dilation ${sizeText(dilation)}`] : []),
  ];
  return parts.join(", ");
}

/** Map size, with a word where the file does not say it. */
export function gridText({ place }: AnalysedLayer): string {
  switch (place.gridSource) {
    case "graph":
      return `${sizeText(place.grid)} map`;
    case "settings":
      return `${sizeText(place.grid)} map (set)`;
    case "default":
      return `${sizeText(place.grid)} map (assumed)`;
  }
}

/** Place, map, operator and number of kernels in one line. */
export function layerHeadText(layer: AnalysedLayer): string {
  const { role } = layer.place;
  return [
    role === "other" ? "place not known" : role,
    gridText(layer),
    operatorText(layer),
    countText(layer.kernelCount, "kernel"),
  ].join("; ");
}
