import { correctNetwork } from "../network/corrections.ts";
import type { Size2d } from "../network/size2d.ts";
import { type LayerOperator, layerOperator } from "../operator/layerOperator.ts";
import type { OpenedModel } from "./analyse.ts";
import type { Settings } from "./settings.ts";

/** A layer of an analysis whose operator is wanted, all channels together. */
export interface OperatorRequest {
  /** Those of the analysis. */
  readonly settings: Pick<Settings, "corrections">;
  /** Index in the analysis. */
  readonly layer: number;
  readonly grid: Size2d;
}

/**
 * The operator of one layer of an opened model, as a person corrected it.
 *
 * @param onProgress share of the work done, 0..1.
 * @throws ConvAtlasError `malformed` for weights that are not finite; `cancelled`.
 */
export function operatorOfLayer(
  model: OpenedModel,
  { settings, layer, grid }: OperatorRequest,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<LayerOperator> {
  const network = correctNetwork(model.network, settings.corrections);
  return layerOperator({ ...network.layers[layer], grid }, onProgress, signal);
}
