import type { Box } from "./labelPlacement.ts";
import { type SvgNode, svg } from "./svg.ts";

/**
 * One layer's part of a picture with a button over it. Its name is one whole
 * sentence; the texts below, which say the same in pieces, are for the eye only.
 *
 * @param parts buttons over parts of it.
 * @param result where its numbers stand in the exported results.
 */
export function layerButton(
  layer: number,
  box: Box,
  sentence: string,
  drawing: readonly (SvgNode | null)[],
  parts: readonly SvgNode[] = [],
  result?: string,
): SvgNode {
  const { x, y, width, height } = box;
  return svg(
    "g",
    { class: "figure-cell", "data-layer-index": layer, "data-result": result },
    svg("g", { "aria-hidden": "true" }, ...drawing),
    svg(
      "rect",
      {
        class: "figure-cell-button",
        ...{ x, y, width, height },
        fill: "none",
        "pointer-events": "all",
        role: "button",
        tabindex: 0,
        "aria-label": sentence,
      },
      svg("title", {}, sentence),
    ),
    ...parts,
  );
}
