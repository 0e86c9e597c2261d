import { type JSX, useMemo } from "react";
import type { Analysis } from "../../core/analysis/analysis.ts";
import {
  ESTIMATE_GRID,
  estimateLabels,
  type LabelEstimate,
  sampledKernels,
} from "../../core/features/labelEstimate.ts";
import { SvgView } from "../figures/SvgView.tsx";
import { sharedLimits } from "../figures/scoreLimits.ts";
import { figureTheme } from "../figures/theme.ts";
import { useElementWidth } from "../hooks/useElementWidth.ts";
import { useInSlices } from "../hooks/useInSlices.ts";
import { usePage } from "../hooks/usePage.ts";
import { useTheme } from "../hooks/useTheme.ts";
import { draftProblem, type FeatureDraft } from "./featureDraft.ts";
import { estimateMethod, estimateSentence } from "./featureWords.ts";
import { filterScores, placeGround, standsBeyond } from "./filterPlace.ts";
import { placePicture } from "./placePicture.ts";

interface Props {
  readonly analysis: Analysis;
  readonly draft: FeatureDraft;
}

/** Where the edited filter stands among the kernels, and how many would get its name. */
export function FilterPlace({ analysis, draft }: Props): JSX.Element | null {
  const selected = usePage((state) => state.selection.layer);
  const ground = useMemo(() => placeGround(analysis, selected), [analysis, selected]);
  const theme = figureTheme(useTheme());
  const [ref, width] = useElementWidth();
  const { features, chosen } = draft;
  const placed = useMemo(() => {
    if (ground === null) return null;
    const limits = sharedLimits(analysis).limits[ground.basisIndex];
    return { ground, limits, scores: filterScores(analysis, ground, features) };
  }, [analysis, ground, features]);
  const picture = useMemo(() => {
    if (placed === null || width === 0) return null;
    return placePicture({ ...placed, features, chosen, width, theme });
  }, [placed, features, chosen, width, theme]);
  const isBeyond = placed !== null && standsBeyond(placed.limits, placed.scores, chosen);
  return (
    <section className="filter-place" aria-label="Where the filter stands" ref={ref}>
      <h3>Among the kernels of {ground?.of ?? "the model"}</h3>
      {ground === null && (
        <p className="muted">No layer has kernels that a 3 × 3 filter can be compared with.</p>
      )}
      {picture !== null && <SvgView node={picture.node} />}
      {isBeyond && (
        <p className="small">
          It stands beyond the picture: its numbers are larger than those of the kernels. Normalise
          makes them smaller; its spectrum stays the same.
        </p>
      )}
      <Estimate analysis={analysis} draft={draft} />
    </section>
  );
}

function* nothing(): Generator<void, null> {
  yield;
  return null;
}

/** The estimate with the numbers of filters it was made for. */
interface Made {
  readonly kernels: string;
  readonly estimate: LabelEstimate;
}

function Estimate({ analysis, draft }: Props): JSX.Element {
  const sample = useMemo(() => sampledKernels(analysis.layers), [analysis]);
  const { compare, threshold } = analysis.settings;
  const { features, chosen } = draft;
  // Names change no label.
  const kernels = JSON.stringify(features.map(({ kernel }) => kernel));
  const canBeMade = sample.length > 0 && (draftProblem(draft) === null || hasAllKernels(draft));
  // biome-ignore lint/correctness/useExhaustiveDependencies: of the features only their numbers count
  const start = useMemo(() => {
    if (!canBeMade) return nothing;
    return function* (): Generator<void, Made> {
      const settings = { compare, threshold };
      return { kernels, estimate: yield* estimateLabels(sample, features, settings) };
    };
  }, [sample, compare, threshold, kernels, canBeMade]);
  const made = useInSlices<Made | null>(start);
  const isCurrent = made !== null && made.kernels === kernels;
  if (!isCurrent || chosen < 0) {
    return <p className="filter-estimate muted small">{canBeMade ? "Estimating…" : ""}</p>;
  }
  return (
    <div className="filter-estimate">
      <p>{estimateSentence(made.estimate, chosen)}</p>
      <p className="small muted">{estimateMethod(made.estimate, ESTIMATE_GRID)}</p>
    </div>
  );
}

/** A missing name does not stand in the way of numbers. */
function hasAllKernels({ features }: FeatureDraft): boolean {
  return features.length > 0 && features.every(({ kernel }) => kernel.some((entry) => entry !== 0));
}
