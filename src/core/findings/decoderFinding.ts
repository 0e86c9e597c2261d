import type { Role } from "../network/structure.ts";
import { holm, permutationGreater } from "../statistics/ranks.ts";
import {
  type DecoderFinding,
  type DecoderReason,
  type LayerStructure,
  QUESTION_LEVEL,
  type StructureContrast,
  type StructureMeasure,
  type Verdict,
} from "./findings.ts";
import { SURROGATES } from "./layerStructure.ts";
import { structureScore } from "./structureScore.ts";

const MEASURES: readonly StructureMeasure[] = ["normality", "clusters"];

/**
 * Question 2: do decoder layers show more structure than encoder layers? For each measure a
 * permutation test of the layers' scores, and Holm's correction for both measures. Layers of
 * the bottleneck belong to neither side.
 */
export function decoderFinding(
  roles: readonly Role[],
  structures: readonly LayerStructure[],
  { sampleSize, clusters }: { readonly sampleSize: number; readonly clusters: number },
): DecoderFinding {
  const contrasts = adjustedContrasts(
    MEASURES.map((measure) => contrastOf(measure, roles, structures)),
  );
  const reason = reasonOf(roles, contrasts);
  return {
    verdict: VERDICTS[reason],
    reason,
    contrasts,
    sampleSize,
    clusters,
    surrogates: SURROGATES,
  };
}

function contrastOf(
  measure: StructureMeasure,
  roles: readonly Role[],
  structures: readonly LayerStructure[],
): StructureContrast {
  const scoresOf = (role: Role) =>
    structures.flatMap((structure, layer) =>
      roles[layer] === role ? (structureScore(measure, structure) ?? []) : [],
    );
  const encoder = scoresOf("encoder");
  const decoder = scoresOf("decoder");
  const [encoderMean, decoderMean] = [meanOf(encoder), meanOf(decoder)];
  const sizes = { measure, encoderLayers: encoder.length, decoderLayers: decoder.length };
  if (encoderMean === null || decoderMean === null) {
    const none = { difference: null, pValue: null, adjustedPValue: null, smallestPValue: null };
    return { ...sizes, encoderMean, decoderMean, ...none };
  }
  const { pValue, smallestPValue } = permutationGreater(decoder, encoder);
  const difference = decoderMean - encoderMean;
  const means = { encoderMean, decoderMean, difference };
  return { ...sizes, ...means, pValue, adjustedPValue: null, smallestPValue };
}

function meanOf(scores: readonly number[]): number | null {
  if (scores.length === 0) return null;
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

function adjustedContrasts(contrasts: readonly StructureContrast[]): readonly StructureContrast[] {
  const tested = contrasts.flatMap(({ pValue }) => pValue ?? []);
  const adjusted = holm(tested);
  let next = 0;
  return contrasts.map((contrast) =>
    contrast.pValue === null ? contrast : { ...contrast, adjustedPValue: adjusted[next++] },
  );
}

const VERDICTS: Readonly<Record<DecoderReason, Verdict>> = {
  decoderHigher: "more",
  decoderNotHigher: "noMore",
  noEncoder: "cannotTell",
  noDecoder: "cannotTell",
  fewLayers: "cannotTell",
};

function reasonOf(roles: readonly Role[], contrasts: readonly StructureContrast[]): DecoderReason {
  if (!roles.includes("decoder")) return "noDecoder";
  if (!roles.includes("encoder")) return "noEncoder";
  const tested = contrasts.filter(({ pValue }) => pValue !== null);
  if (tested.some(({ adjustedPValue }) => (adjustedPValue ?? 1) <= QUESTION_LEVEL)) {
    return "decoderHigher";
  }
  // What the first step of Holm's procedure asks for must be within reach.
  const canTell = tested.some(
    ({ smallestPValue }) => tested.length * (smallestPValue ?? 1) <= QUESTION_LEVEL,
  );
  return canTell ? "decoderNotHigher" : "fewLayers";
}
