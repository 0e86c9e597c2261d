import { useCallback, useMemo, useState } from "react";
import type { Analysis } from "../../../core/analysis/analysis.ts";
import { usePage } from "../../hooks/usePage.ts";
import { selectKernel } from "../../state/actions.ts";
import type { Selection } from "../../state/choices.ts";
import { type ShownKernel, shownKernel } from "./shownKernel.ts";

/** Once the page has been drawn as it is now. */
function afterNextPicture(act: () => void): void {
  requestAnimationFrame(() => setTimeout(act, 0));
}

/**
 * The kernel to be shown at work, and how to choose another of its layer. That one is shown at
 * once: the page selects it after the next picture, since the inspector has far more to draw
 * than the mark that answers a click.
 */
export function useChosenKernel(
  analysis: Analysis,
): readonly [ShownKernel | null, (kernel: number) => void] {
  const selection = usePage((state) => state.selection);
  const selected = useMemo(() => shownKernel(analysis, selection), [analysis, selection]);
  // Holds until the page's own selection is another one, whoever changed it.
  const [early, setEarly] = useState<{
    readonly over: Selection;
    readonly kernel: ShownKernel;
  } | null>(null);
  const kernel = early?.over === selection ? early.kernel : selected;
  const choose = useCallback(
    (chosen: number) => {
      if (selected === null) return;
      setEarly({ over: selection, kernel: { ...selected, kernel: chosen } });
      afterNextPicture(() => {
        selectKernel(selected.layer.description.name, chosen);
        // Undoing comes back to the same selection, and must not find it overruled.
        setEarly(null);
      });
    },
    [selected, selection],
  );
  return [kernel, choose];
}
