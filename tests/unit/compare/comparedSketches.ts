import type { Analysis } from "../../../src/core/analysis/analysis.ts";
import { compareModels } from "../../../src/core/comparison/compareModels.ts";
import { EXTENDED_FEATURES } from "../../../src/core/features/clinicalKernels.ts";
import type { PairOfModels } from "../../../src/ui/figures/comparePair.ts";
import { type LayerSketch, sketchedAnalysis } from "../figures/analysisFixture.ts";

export async function compared(a: Analysis, b: Analysis): Promise<PairOfModels> {
  const { signal } = new AbortController();
  return { a, b, comparison: await compareModels(a, b, () => {}, signal) };
}

const LAYERS: readonly LayerSketch[] = [
  { name: "encoder.0.conv1", role: "encoder", side: 64, kernels: 16 },
  {
    name: "encoder.0.a_block_with_a_very_long_name.conv2",
    role: "encoder",
    side: 64,
    kernels: 400,
  },
  { name: "bottleneck.conv", role: "bottleneck", side: 8, kernels: 2500, spread: 0.02 },
  { name: "decoder.0.conv1", role: "decoder", side: 64, kernels: 256, notFinite: 3, dead: 2 },
];

/** The same layers with other kernels: seeds follow the places of layers. */
const OTHERS: readonly LayerSketch[] = [
  { name: "stem", role: "other", side: 64, kernels: 8 },
  { name: "encoder.0.conv1", role: "encoder", side: 64, kernels: 64 },
  { name: "encoder.0.other", role: "encoder", side: 64, kernels: 512 },
  { name: "bottleneck.conv", role: "bottleneck", side: 8, kernels: 2500 },
];

/** The analysis with one layer whose kernels lean to the left: another shape. */
function leaning(analysis: Analysis, name: string): Analysis {
  const layers = analysis.layers.map((layer) => {
    if (layer.description.name !== name) return layer;
    const kernels = layer.kernels.map((entry, at) => (at % 3 === 0 ? entry + 0.2 : entry));
    return { ...layer, kernels };
  });
  return { ...analysis, layers, model: { ...analysis.model, sha256: "ff" } };
}

/** Two made-up models of which some layers belong together; one of them changed. */
export function someModels(features: "poster" | "extended" = "poster"): Promise<PairOfModels> {
  const changes = features === "extended" ? { features: EXTENDED_FEATURES } : {};
  return compared(
    sketchedAnalysis(LAYERS, { ...changes, name: "epoch-1.onnx" }),
    leaning(sketchedAnalysis(OTHERS, { ...changes, name: "epoch-20.onnx" }), "bottleneck.conv"),
  );
}
