import { type RefCallback, useCallback, useState } from "react";
import { usePrinting } from "./usePrinting.ts";

/** What a sheet of A4 holds between margins of 12 mm, CSS px. */
const PRINTED_WIDTH = 700;

/** Inner width of an element in CSS pixels (0 until it is on the page), kept up to date. */
export function useElementWidth(): readonly [RefCallback<HTMLElement>, number] {
  const [width, setWidth] = useState(0);
  const ref = useCallback((element: HTMLElement | null) => {
    if (element === null) return;
    // At once, not with the observer's first call: what is below would be drawn and then move.
    const { paddingLeft, paddingRight } = getComputedStyle(element);
    const padding = Number.parseFloat(paddingLeft) + Number.parseFloat(paddingRight);
    setWidth(Math.max(0, Math.floor(element.clientWidth - padding)));
    const observer = new ResizeObserver(([entry]) => {
      const measured = Math.floor(entry?.contentRect.width ?? 0);
      // Nothing is that narrow: it is hidden for a moment, and what it shows must not be lost.
      if (measured > 0) setWidth(measured);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  // The browser lays out paper without a word to observers: what is drawn must fit before.
  return [ref, usePrinting() ? Math.min(width, PRINTED_WIDTH) : width];
}
