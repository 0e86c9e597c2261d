/** What a generator returns in the end, its steps taken one after the other without a pause. */
export function lastOf<Result>(steps: Iterator<unknown, Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
