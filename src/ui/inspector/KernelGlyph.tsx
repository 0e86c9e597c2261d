import { type JSX, useMemo } from "react";
import type { AnalysedLayer } from "../../core/analysis/analysis.ts";
import { kernelGlyph } from "../figures/glyph.ts";
import { SvgView } from "../figures/SvgView.tsx";
import { figureTheme } from "../figures/theme.ts";
import { useTheme } from "../hooks/useTheme.ts";
import { layerScale } from "./layerScale.ts";

interface Props {
  readonly layer: AnalysedLayer;
  /** Entries of the kernel shown, row-major, of the layer's kernel size. */
  readonly weights: ArrayLike<number>;
  /** Length of the longer side, px. */
  readonly size: number;
  readonly numbers: boolean;
  /** |weight| of full colour; the layer's own scale without. */
  readonly scale?: number;
}

/** A kernel as a picture, on the one colour scale of its layer unless said. */
export function KernelGlyph({ layer, weights, size, numbers, scale }: Props): JSX.Element {
  const theme = figureTheme(useTheme());
  const { kernelSize } = layer.description;
  const fullColour = scale ?? layerScale(layer);
  const picture = useMemo(
    () => kernelGlyph({ weights, kernelSize, scale: fullColour, size, theme, numbers }),
    [weights, kernelSize, fullColour, size, theme, numbers],
  );
  return <SvgView node={picture.node} />;
}
