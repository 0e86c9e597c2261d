import { ConvAtlasError } from "../../core/errors.ts";
import type { Feature } from "../../core/features/clinicalKernels.ts";
import { chanceLikeness } from "../../core/maps/chanceLikeness.ts";
import { type ChannelMap, filteredMap, type KernelMovement } from "../../core/maps/filteredMap.ts";
import { kernelMovement } from "../../core/maps/kernelMovement.ts";
import { mapCorrelation } from "../../core/maps/mapCorrelation.ts";
import { type ConvolutionLayer, kernelCount, type Network } from "../../core/network/network.ts";
import { bestFit } from "../../core/values/bestFit.ts";
import { embedFeatures } from "../../core/values/embedFeature.ts";
import { ORIENTATIONS, orientedKernel } from "../../core/values/orientations.ts";
import { channelOf } from "./maps.ts";
import type { ObservedLayer } from "./observation.ts";
import type { FeatureAtWork, KernelAtWork, LayerMaps, Maps } from "./protocol.ts";

/**
 * One kernel of a layer on the maps that the layer receives, and clinical features beside it.
 *
 * @param kernel index in `ConvolutionLayer.kernels`.
 * @throws ConvAtlasError `bad-setting` for a kernel that is not there, `cannot-run` where the
 * file does not tell how the layer moves its kernels.
 */
export function kernelAtWork(
  observed: ObservedLayer,
  network: Network,
  kernel: number,
  features: readonly Feature[],
): KernelAtWork {
  const { layer, output, activated } = observed;
  const { inputChannel, outputChannel } = channelsOfKernel(layer, kernel);
  const movement = movementOf(observed, network);
  const entries = layer.kernelSize[0] * layer.kernelSize[1];
  const weights = layer.kernels.subarray(kernel * entries, (kernel + 1) * entries);
  const input = channelOf(observed.input, inputChannel);
  const own = filteredMap(input, weights, movement);
  const channel = channelOf(activated ?? output, outputChannel);
  return {
    inputChannel,
    outputChannel,
    input,
    own: oneChannel(own),
    channel,
    isActivated: activated !== null,
    channelCorrelation: mapCorrelation(own.values, channel.values),
    features: features
      .flatMap((feature) => featureAtWork(feature, weights, input, own, movement) ?? [])
      .sort((a, b) => Math.abs(b.correlation ?? 0) - Math.abs(a.correlation ?? 0)),
    chance: chanceLikeness(input, movement, features),
  };
}

/** All maps of a layer. */
export function layerMaps({ output, activated }: ObservedLayer): LayerMaps {
  return { maps: activated ?? output, isActivated: activated !== null };
}

function channelsOfKernel(
  layer: ConvolutionLayer,
  kernel: number,
): { inputChannel: number; outputChannel: number } {
  if (!Number.isInteger(kernel) || kernel < 0 || kernel >= kernelCount(layer)) {
    throw new ConvAtlasError("bad-setting", `${layer.name} has no kernel ${kernel}.`);
  }
  const { inChannels, outChannels, groups } = layer;
  const perGroup = inChannels / groups;
  const outputChannel = Math.floor(kernel / perGroup);
  const group = Math.floor(outputChannel / (outChannels / groups));
  return { inputChannel: group * perGroup + (kernel % perGroup), outputChannel };
}

function movementOf({ layer, input, output }: ObservedLayer, { graph }: Network): KernelMovement {
  const node = layer.graphNode === null ? undefined : graph?.nodes[layer.graphNode];
  const movement =
    node && kernelMovement(layer, node, [input.height, input.width], [output.height, output.width]);
  if (movement) return movement;
  throw new ConvAtlasError(
    "cannot-run",
    `The file does not say how ${layer.name} moves its kernels over the image, so a single one cannot be shown at work.`,
  );
}

/** Null where the feature does not fit the kernel's size, or the kernel is empty. */
function featureAtWork(
  feature: Feature,
  weights: Float32Array,
  input: ChannelMap,
  own: ChannelMap,
  movement: KernelMovement,
): FeatureAtWork | null {
  const { kernelSize } = movement;
  const fit = bestFit(weights, kernelSize, [feature]);
  if (fit === null) return null;
  const { orientation, scale } = fit;
  const turned = orientedKernel(feature.kernel, ORIENTATIONS.indexOf(orientation));
  const embedded = embedFeatures([{ ...feature, kernel: turned }], kernelSize);
  const map = filteredMap(
    input,
    Float64Array.from(embedded, (entry) => scale * entry),
    movement,
  );
  return {
    feature: feature.id,
    orientation,
    scale,
    map: oneChannel(map),
    correlation: mapCorrelation(map.values, own.values),
  };
}

function oneChannel({ height, width, values }: ChannelMap): Maps {
  return { channels: 1, height, width, values };
}
