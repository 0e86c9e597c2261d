import { useCallback, useEffect, useState, useSyncExternalStore } from "react";
import { type Sliding, slidingAt } from "./slidePath.ts";

const STILL_QUERY = "(prefers-reduced-motion: reduce)";

function subscribeToStill(listener: () => void): () => void {
  const query = matchMedia(STILL_QUERY);
  query.addEventListener("change", listener);
  return () => query.removeEventListener("change", listener);
}

/** Whether the person asked for a page without movement. */
export function usePrefersStill(): boolean {
  return useSyncExternalStore(
    subscribeToStill,
    () => matchMedia(STILL_QUERY).matches,
    () => true,
  );
}

export interface SlidingControl {
  readonly isSliding: boolean;
  start(): void;
  stop(): void;
}

/** Moves the stencil over the picture while it is wanted. */
export function useSliding(
  size: { readonly height: number; readonly width: number },
  onPlace: (place: Sliding) => void,
): SlidingControl {
  const [isSliding, setSliding] = useState(false);
  const { height, width } = size;
  useEffect(() => {
    if (!isSliding) return;
    const start = performance.now();
    let frame = requestAnimationFrame(step);
    function step(now: number): void {
      const place = slidingAt(now - start, { height, width });
      onPlace(place);
      if (place.isOver) setSliding(false);
      else frame = requestAnimationFrame(step);
    }
    return () => cancelAnimationFrame(frame);
  }, [isSliding, height, width, onPlace]);
  const start = useCallback(() => setSliding(true), []);
  const stop = useCallback(() => setSliding(false), []);
  return { isSliding, start, stop };
}
