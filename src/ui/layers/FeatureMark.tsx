import type { JSX } from "react";
import { markNode } from "../figures/marks.ts";
import { SvgView } from "../figures/SvgView.tsx";
import { type FeatureStyle, figureTheme } from "../figures/theme.ts";
import { useTheme } from "../hooks/useTheme.ts";

interface Props {
  readonly style: FeatureStyle;
}

/** A feature's mark, to stand before its name in a line of text. */
export function FeatureMark({ style }: Props): JSX.Element {
  const theme = figureTheme(useTheme());
  return (
    <svg className="feature-mark" width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
      <SvgView node={markNode(style, 7, 7, 5, theme)} />
    </svg>
  );
}
