import { useCallback } from "react";
import type { Analysis } from "../../core/analysis/analysis.ts";
import { openLayer } from "../state/actions.ts";

/** Opens a layer by its index in `Analysis.layers`, as pictures name it. */
export function useOpenLayer(analysis: Analysis): (index: number) => void {
  return useCallback(
    (index) => {
      const layer = analysis.layers[index];
      if (layer !== undefined) openLayer(layer.description.name);
    },
    [analysis],
  );
}
