import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import {
  firstShowing,
  isCondensed,
  type RowWindow,
  rowWindow,
  shareOfFirst,
  type WindowMeasures,
} from "./rowWindow.ts";

export interface ScrolledRows {
  /** Goes on the element that scrolls. */
  readonly ref: RefObject<HTMLDivElement | null>;
  readonly onScroll: () => void;
  readonly inSight: RowWindow;
  /** Scrolls as little as brings the row in sight. */
  readonly show: (row: number) => void;
}

/** Share of the way that an element is scrolled, 0..1; its bars take what room they take. */
function scrolledShare(element: HTMLElement | null): number {
  if (element === null) return 0;
  const longest = element.scrollHeight - element.clientHeight;
  return longest > 0 ? element.scrollTop / longest : 0;
}

/** Which rows of a long list are in sight; of its elements only these exist. */
export function useRowWindow(measures: WindowMeasures): ScrolledRows {
  const ref = useRef<HTMLDivElement>(null);
  const [share, setShare] = useState(0);
  const inSight = rowWindow(measures, share);
  // Handlers live longer than a render: they read the latest measures.
  const latest = useRef(measures);
  useLayoutEffect(() => {
    latest.current = measures;
  });

  const scrollTo = useCallback((first: number) => {
    const element = ref.current;
    if (element === null) return;
    const wanted = shareOfFirst(latest.current, first);
    element.scrollTop = wanted * (element.scrollHeight - element.clientHeight);
    setShare(wanted);
  }, []);

  const onScroll = useCallback(() => setShare(scrolledShare(ref.current)), []);

  const show = useCallback(
    (row: number) => {
      const now = rowWindow(latest.current, scrolledShare(ref.current));
      const first = firstShowing(now, row);
      if (first !== now.first) scrollTo(first);
    },
    [scrollTo],
  );

  useEffect(() => {
    const element = ref.current;
    if (element === null) return;
    // Where a pixel of the bar is several rows, the wheel still moves row by row.
    const onWheel = (event: WheelEvent) => {
      const now = latest.current;
      if (!isCondensed(now) || event.ctrlKey || event.shiftKey || event.deltaY === 0) return;
      event.preventDefault();
      const rows = Math.round(event.deltaY / now.rowHeight) || Math.sign(event.deltaY);
      scrollTo(rowWindow(now, scrolledShare(element)).first + rows);
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }, [scrollTo]);

  return { ref, onScroll, inSight, show };
}
