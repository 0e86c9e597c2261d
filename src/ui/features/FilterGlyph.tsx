import { type JSX, useMemo } from "react";
import type { Kernel3x3 } from "../../core/features/kernelTransforms.ts";
import { kernelGlyph } from "../figures/glyph.ts";
import { SvgView } from "../figures/SvgView.tsx";
import { figureTheme } from "../figures/theme.ts";
import { useTheme } from "../hooks/useTheme.ts";

interface Props {
  readonly kernel: Kernel3x3;
  /** CSS pixels. */
  readonly size: number;
}

/** A filter as a small picture, in full colour at its largest entry. */
export function FilterGlyph({ kernel, size }: Props): JSX.Element {
  const theme = figureTheme(useTheme());
  const picture = useMemo(() => {
    const scale = Math.max(...kernel.map(Math.abs));
    return kernelGlyph({ weights: kernel, kernelSize: [3, 3], scale, size, theme });
  }, [kernel, size, theme]);
  return <SvgView node={picture.node} />;
}
