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
}

/** A kernel as a picture, on the one colour scale of its layer. */
export function KernelGlyph({ layer, weights, size, numbers }: Props): JSX.Element {
  const theme = figureTheme(useTheme());
  const { kernelSize } = layer.description;
  const picture = useMemo(
    () => kernelGlyph({ weights, kernelSize, scale: layerScale(layer), size, theme, numbers }),
    [layer, weights, kernelSize, size, theme, numbers],
  );
  return <SvgView node={picture.node} />;
}
