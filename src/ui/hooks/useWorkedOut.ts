import { useMemo } from "react";
import { useInSlices } from "./useInSlices.ts";

/** Work that takes no longer is done at once: the page shows it without a gap. */
const AT_ONCE_MS = 12;

interface Made<T> {
  readonly start: () => Generator<void, T>;
  readonly value: T;
}

/**
 * What `start` makes: at once if it is known already or quick to make, else worked out in slices
 * and null until then. Never what an earlier `start` made.
 *
 * @param start keep the same function while nothing changes; begun again if it takes long, so
 * it should keep what it found.
 */
export function useWorkedOut<T>(start: () => Generator<void, T>): T | null {
  const atOnce = useMemo(() => madeAtOnce(start), [start]);
  const later = useInSlices(useMemo(() => stepsFor(start, atOnce !== null), [start, atOnce]));
  if (atOnce !== null) return atOnce.value;
  return later?.start === start ? later.value : null;
}

function madeAtOnce<T>(start: () => Generator<void, T>): Made<T> | null {
  const end = performance.now() + AT_ONCE_MS;
  const steps = start();
  while (performance.now() < end) {
    const step = steps.next();
    if (step.done) return { start, value: step.value };
  }
  return null;
}

function stepsFor<T>(
  start: () => Generator<void, T>,
  isMade: boolean,
): () => Generator<void, Made<T> | null> {
  return function* () {
    return isMade ? null : { start, value: yield* start() };
  };
}
