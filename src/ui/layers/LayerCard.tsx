import { type JSX, memo } from "react";
import type { AnalysedLayer } from "../../core/analysis/analysis.ts";
import type { Feature } from "../../core/features/clinicalKernels.ts";
import { isNotable, type Lift, ratioText } from "../figures/lift.ts";
import { type FeatureStyle, labelStyles } from "../figures/theme.ts";
import { openLayer } from "../state/actions.ts";
import { FeatureMark } from "./FeatureMark.tsx";
import { LayerName } from "./LayerName.tsx";
import { cardText } from "./layerWords.ts";
import { ShareBar } from "./ShareBar.tsx";
import { layerLift, topLift } from "./topLift.ts";

function LiftLine({
  lift,
  styles,
}: {
  readonly lift: Lift;
  readonly styles: readonly FeatureStyle[];
}) {
  const style = styles[lift.index];
  if (style === undefined) return null;
  return (
    <span className="layer-card-lift small">
      <FeatureMark style={style} />
      <span className="layer-card-words">
        {style.label}
        {lift.ratio === null ? ", never by chance" : ` ${ratioText(lift.ratio)} chance`}
        {!isNotable(lift) && ", within noise"}
      </span>
    </span>
  );
}

function absentText(feature: Feature | undefined): string {
  return feature === undefined ? "no filter above chance" : `no ${feature.label}`;
}

interface Props {
  readonly layer: AnalysedLayer;
  /** Where its numbers stand in the exported results. */
  readonly result: string;
  readonly features: readonly Feature[];
  /** Index of the filter whose lift is shown; null: the one that is most clearly above chance. */
  readonly feature: number | null;
  readonly isSelected: boolean;
  /** For lists that are not grouped by role. */
  readonly showsRole: boolean;
}

export const LayerCard = memo(function LayerCard({
  layer,
  result,
  features,
  feature,
  isSelected,
  showsRole,
}: Props): JSX.Element {
  const { name } = layer.description;
  const styles = labelStyles(features);
  const lift = feature === null ? topLift(layer, features.length) : layerLift(layer, feature);
  return (
    <button
      type="button"
      className="layer-card"
      data-testid="layer-card"
      data-layer={name}
      data-result={result}
      aria-current={isSelected ? "true" : undefined}
      onClick={() => openLayer(name)}
    >
      <LayerName name={name} />
      <span className="small muted">{cardText(layer, showsRole)}</span>
      <ShareBar
        counts={layer.action?.counts ?? null}
        chance={layer.baseline?.gaussian ?? null}
        styles={styles}
      />
      {/* The line keeps its place while nothing is known, so that the list never jumps. */}
      {lift === null ? (
        <span className="layer-card-lift small muted">
          {layer.baseline === null ? "\u00a0" : absentText(features[feature ?? -1])}
        </span>
      ) : (
        <LiftLine lift={lift} styles={styles} />
      )}
    </button>
  );
});
