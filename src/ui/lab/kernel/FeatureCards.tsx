import { type JSX, useMemo, useState } from "react";
import type { AnalysedLayer, Analysis } from "../../../core/analysis/analysis.ts";
import type { FeatureAtWork, KernelAtWork } from "../../../worker/lab/protocol.ts";
import { kernelGlyph } from "../../figures/glyph.ts";
import { SvgView } from "../../figures/SvgView.tsx";
import { LIGHT_THEME } from "../../figures/theme.ts";
import { layerScale } from "../../inspector/layerScale.ts";
import { fitText } from "../../words/fitWords.ts";
import { correlationText, likenessWords } from "./correlationWords.ts";
import { fittedFeature } from "./fittedFeature.ts";
import { MapCanvas } from "./MapCanvas.tsx";
import { type MapScale, signedScale } from "./mapScale.ts";
import { scaleText, strengthText } from "./mapWords.ts";

interface Props {
  readonly analysis: Analysis;
  readonly layer: AnalysedLayer;
  readonly work: KernelAtWork;
  /** The same as of the kernel's own map, so that they can be compared. */
  readonly scale: MapScale;
}

const GLYPH_SIDE = 48;

/** The filters that people know on the same picture, the one that comes nearest first. */
export function FeatureCards({ analysis, layer, work, scale }: Props): JSX.Element {
  // How alike two pictures are does not depend on how strong they are; weak ones show nothing.
  const [isEven, setEven] = useState(true);
  return (
    <>
      <label className="atwork-strength small">
        <input
          type="checkbox"
          checked={isEven}
          onChange={(event) => setEven(event.target.checked)}
        />
        draw all as strong as the kernel's picture
      </label>
      {!isEven && (
        <p className="small muted" data-scale="">
          As strong as they fit the kernel, all on its scale: {scaleText(scale)}.
        </p>
      )}
      <ol className="atwork-features">
        {work.features.map((one) => (
          <li key={one.feature}>
            <FeatureCard {...{ analysis, layer, one, isEven, scale }} />
          </li>
        ))}
      </ol>
    </>
  );
}

interface CardProps extends Omit<Props, "work"> {
  readonly one: FeatureAtWork;
  /** Drawn on a scale of its own. */
  readonly isEven: boolean;
}

function FeatureCard({
  analysis: { features },
  layer,
  one,
  isEven,
  scale,
}: CardProps): JSX.Element | null {
  const index = features.findIndex(({ id }) => id === one.feature);
  const feature = features[index];
  const { kernelSize } = layer.description;
  const own = useMemo(() => signedScale([one.map.values]), [one]);
  const fullColour = layerScale(layer);
  const glyph = useMemo(
    () =>
      feature === undefined
        ? null
        : kernelGlyph({
            ...{ weights: fittedFeature(one, feature, kernelSize), kernelSize },
            ...{ scale: fullColour, size: GLYPH_SIDE, theme: LIGHT_THEME },
          }),
    [one, feature, kernelSize, fullColour],
  );
  if (glyph === null) return null;
  const name = fitText({ ...one, feature: index }, features);
  return (
    <figure>
      <MapCanvas
        map={one.map}
        scale={isEven ? own : scale}
        label={`What ${name} makes of the picture`}
      />
      <figcaption>
        <span className="atwork-feature-name">
          <SvgView node={glyph.node} />
          <strong>{name}</strong>
        </span>
        <Correlation value={one.correlation} />
        {isEven && (
          <span className="small muted" data-scale="">
            {strengthText(own)}
          </span>
        )}
      </figcaption>
    </figure>
  );
}

/** How alike two pictures are, as a number, a bar and words. */
export function Correlation({ value }: { readonly value: number | null }): JSX.Element {
  return (
    <span className="atwork-correlation">
      <span className="atwork-correlation-bar" aria-hidden="true">
        <span style={{ width: `${Math.min(1, Math.abs(value ?? 0)) * 100}%` }} />
      </span>
      <span>correlation {correlationText(value)}</span>
      <strong className="atwork-likeness">{likenessWords(value)}</strong>
    </span>
  );
}
