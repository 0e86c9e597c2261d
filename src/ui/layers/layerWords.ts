import type { AnalysedLayer } from "../../core/analysis/analysis.ts";
import { mapText } from "../figures/mapText.ts";
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

/** Place, map, operator and number of kernels in one line. */
export function layerHeadText(layer: AnalysedLayer): string {
  const { role } = layer.place;
  return [
    role === "other" ? "place not known" : role,
    mapText(layer.place),
    operatorText(layer),
    countText(layer.kernelCount, "kernel"),
  ].join("; ");
}

/**
 * "64 × 64 map, 512 kernels", or "encoder, 512 kernels" where no heading tells the role; the
 * kernels' own size only where it is not the usual 3 × 3.
 */
export function cardText(layer: AnalysedLayer, showsRole: boolean): string {
  const { place, kernelCount, description } = layer;
  const [height, width] = description.kernelSize;
  const size = height === 3 && width === 3 ? "" : ` ${sizeText(description.kernelSize)}`;
  const map = `${sizeText(place.grid)} ${place.gridSource === "default" ? "assumed" : "map"}`;
  const first = showsRole && place.role !== "other" ? place.role : map;
  return `${unbroken(first)}, ${unbroken(`${countText(kernelCount, "kernel")}${size}`)}`;
}

/** With spaces at which a line does not end. */
function unbroken(text: string): string {
  return text.replaceAll(" ", "\u00a0");
}
