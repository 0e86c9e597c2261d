import { useCallback, useMemo, useState } from "react";
import type { Analysis } from "../../core/analysis/analysis.ts";
import { useEscape } from "../hooks/useEscape.ts";
import { type KernelFacts, kernelFacts } from "../inspector/kernelFacts.ts";

export interface Pointing {
  /** Under the pointer. */
  readonly hovered: number | null;
  /** Where the arrow keys are. */
  readonly cursor: number | null;
  /** What is pointed at, by either. */
  readonly pointed: number | null;
  /** All that is said about it. */
  readonly facts: KernelFacts | null;
  readonly hover: (kernel: number | null) => void;
  readonly moveTo: (kernel: number | null) => void;
  readonly letGo: () => void;
}

/** What pointer and arrow keys point at in the plot of a layer. */
export function usePointing(analysis: Analysis, index: number): Pointing {
  const [hovered, hover] = useState<number | null>(null);
  const [cursor, setCursor] = useState<number | null>(null);
  const moveTo = useCallback((kernel: number | null) => {
    if (kernel === null) return;
    setCursor(kernel);
    hover(null);
  }, []);
  const letGo = useCallback(() => {
    setCursor(null);
    hover(null);
  }, []);
  useEscape(hovered !== null, () => hover(null));
  const pointed = hovered ?? cursor;
  const layer = analysis.layers[index];
  const features = analysis.features.length;
  const facts = useMemo(
    () => (pointed === null ? null : kernelFacts(layer, features, pointed)),
    [pointed, layer, features],
  );
  return { hovered, cursor, pointed, facts, hover, moveTo, letGo };
}
