import { type RefObject, useCallback, useRef, useState } from "react";
import { GRID_HEAD, type GridLayout, kernelBox } from "../figures/kernelGrid.ts";
import { scrolledTo } from "./gridKeys.ts";

export interface GridScroll {
  readonly left: number;
  readonly top: number;
}

export interface GridView {
  /** Goes on the element that scrolls. */
  readonly ref: RefObject<HTMLDivElement | null>;
  readonly scroll: GridScroll;
  readonly onScroll: () => void;
  /** Scrolls as little as brings a kernel in sight. */
  readonly show: (layout: GridLayout, kernel: number) => void;
}

/** What of the grid is in sight. */
export function useGridView(): GridView {
  const ref = useRef<HTMLDivElement>(null);
  const [scroll, setScroll] = useState<GridScroll>({ left: 0, top: 0 });
  const onScroll = useCallback(() => {
    const element = ref.current;
    if (element !== null) setScroll({ left: element.scrollLeft, top: element.scrollTop });
  }, []);
  const show = useCallback((layout: GridLayout, kernel: number) => {
    const element = ref.current;
    if (element === null) return;
    const { x, y, width, height } = kernelBox(layout, kernel);
    const { scrollLeft, scrollTop, clientWidth, clientHeight } = element;
    element.scrollLeft = scrolledTo(
      scrollLeft,
      x - GRID_HEAD.width,
      width,
      clientWidth - GRID_HEAD.width,
    );
    element.scrollTop = scrolledTo(
      scrollTop,
      y - GRID_HEAD.height,
      height,
      clientHeight - GRID_HEAD.height,
    );
  }, []);
  return { ref, scroll, onScroll, show };
}
