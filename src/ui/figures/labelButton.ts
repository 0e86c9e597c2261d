import type { Box } from "./labelPlacement.ts";
import { type SvgNode, svg } from "./svg.ts";

export interface LabelButton extends Box {
  /** Feature id or "indeterminate". */
  readonly label: string;
  /** What it selects, for ear and pointer. */
  readonly sentence: string;
  readonly isPressed: boolean;
  /** False: reached with the arrow keys from its row, not with Tab. */
  readonly isTabStop: boolean;
}

/** A button over a part of a picture that stands for a label; listen for `data-label`. */
export function labelButton(button: LabelButton): SvgNode {
  const { x, y, width, height, label, sentence, isPressed, isTabStop } = button;
  return svg(
    "rect",
    {
      class: "figure-label-button",
      "data-label": label,
      ...{ x, y, width, height },
      fill: "none",
      "pointer-events": "all",
      role: "button",
      tabindex: isTabStop ? 0 : -1,
      "aria-pressed": isPressed ? "true" : "false",
      "aria-label": sentence,
    },
    svg("title", {}, sentence),
  );
}
