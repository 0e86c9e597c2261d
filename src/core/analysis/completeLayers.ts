import type { EngineChoice } from "../action/engineRoom.ts";
import type { Feature } from "../features/clinicalKernels.ts";
import { correctNetwork } from "../network/corrections.ts";
import { kernelCount } from "../network/network.ts";
import type { Size2d } from "../network/size2d.ts";
import { type OpenedModel, spectralWork } from "./analyse.ts";
import { inOrder, LAYERS_AHEAD } from "./inOrder.ts";
import { exactAction } from "./labelLayers.ts";
import type { AnalysisEvent } from "./progress.ts";
import type { Settings } from "./settings.ts";

/** Layers of an analysis whose distances are wanted from their full grids. */
export interface CompletionRequest {
  /** Those of the analysis. */
  readonly settings: Settings;
  readonly features: readonly Feature[];
  readonly engine: EngineChoice;
  readonly layers: readonly {
    /** Index in the analysis. */
    readonly layer: number;
    readonly grid: Size2d;
  }[];
}

/**
 * Exact distances of layers whose labels have settled on coarser grids; the labels stay.
 * Reported as `labels`, layer by layer.
 *
 * @throws ConvAtlasError `cancelled`.
 */
export async function completeLayers(
  model: OpenedModel,
  request: CompletionRequest,
  onEvent: (event: AnalysisEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const network = correctNetwork(model.network, request.settings.corrections);
  const asked = request.layers.map(({ layer, grid }) => {
    const { kernels, kernelSize } = network.layers[layer];
    const count = kernelCount(network.layers[layer]);
    return { layer, kernels, kernelCount: count, place: { grid }, description: { kernelSize } };
  });
  const total = asked.reduce((sum, { kernelCount: kernels }) => sum + kernels, 0);
  const work = spectralWork(asked);
  const { engine } = await model.engines.choose(request.engine, work, signal);
  let done = 0;
  await inOrder(
    asked.length,
    LAYERS_AHEAD,
    (index) => exactAction(engine, request, asked[index], () => {}, signal),
    (index, action) => {
      done += asked[index].kernelCount;
      onEvent({ kind: "labels", layer: asked[index].layer, action, done, total });
    },
  );
}
