/** Layers under way at a time; more would only let results come out of order. */
export const LAYERS_AHEAD = 3;

/**
 * Runs tasks that wait for other threads, a few at a time, and takes their results in order: while
 * the last blocks of one layer are computed, those of the next already fill the other threads.
 *
 * @param ahead how many run at a time.
 * @throws what the first task that fails throws; those that run are left to end by themselves.
 */
export async function inOrder<Result>(
  count: number,
  ahead: number,
  start: (index: number) => Promise<Result>,
  finish: (index: number, result: Result) => void,
): Promise<void> {
  const running: Promise<Result>[] = [];
  for (let index = 0; index < count; index++) {
    while (running.length < Math.min(count, index + ahead)) {
      const task = start(running.length);
      // Its failure is heard when its turn comes, or not at all if an earlier one failed.
      task.catch(() => {});
      running.push(task);
    }
    finish(index, await running[index]);
  }
}
