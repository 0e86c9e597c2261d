import { startTransition, useEffect, useRef, useState } from "react";
import { lastOf } from "../../core/lastOf.ts";
import { useDrawnBeforePrint } from "./usePrinting.ts";

/** Longest stretch of work before the page gets a turn, in milliseconds. */
const SLICE_MS = 24;

/**
 * What the latest `start` makes, worked out in slices; until then what was made before,
 * at first null. Work that was begun is finished before newer work starts, so that steady
 * changes cannot keep the result away for ever.
 *
 * @param start keep the same function while nothing changes.
 */
export function useInSlices<T>(start: () => Generator<void, T>): T | null {
  const [made, setMade] = useState<T | null>(null);
  const latest = useRef(start);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);

  useEffect(() => {
    latest.current = start;
    if (timer.current !== null) return;
    const work = (begun: () => Generator<void, T>, steps: Generator<void, T>): void => {
      timer.current = null;
      const end = performance.now() + SLICE_MS;
      while (performance.now() < end) {
        const step = steps.next();
        if (!step.done) continue;
        startTransition(() => setMade(() => step.value));
        if (latest.current !== begun) work(latest.current, latest.current());
        return;
      }
      timer.current = setTimeout(() => work(begun, steps), 0);
    };
    timer.current = setTimeout(() => work(latest.current, latest.current()), 0);
  }, [start]);

  useDrawnBeforePrint(() => {
    if (timer.current === null) return;
    clearTimeout(timer.current);
    timer.current = null;
    const value = lastOf(latest.current());
    setMade(() => value);
  });

  useEffect(
    () => () => {
      if (timer.current !== null) clearTimeout(timer.current);
      timer.current = null;
    },
    [],
  );
  return made;
}
