import type { Analysis } from "../analysis/analysis.ts";
import type { LabelLift } from "../findings/findings.ts";
import { roundedThroughout } from "./numbers.ts";

/** The three conclusions, with layers by name; those of single layers stand with the layers. */
export function findingsJson({ findings, layers }: Analysis): unknown {
  if (findings === null) return null;
  const { layers: _ofLayers, encoder, ...rest } = findings;
  const compared = encoder.layers.map((layer) => layers[layer].description.name);
  return roundedThroughout({ ...rest, encoder: { ...encoder, layers: compared } });
}

/** Lift by label and structure of one layer; null where they have not been computed. */
export function layerFindingsJson({ findings }: Analysis, layer: number): object {
  if (findings === null) return { lift: null, structure: null };
  const { lift, structure } = findings.layers[layer];
  return { lift: lift === null ? null : byLabel(lift), structure: roundedThroughout(structure) };
}

function byLabel(lifts: readonly LabelLift[]): unknown {
  return roundedThroughout(Object.fromEntries(lifts.map(({ label, ...lift }) => [label, lift])));
}
