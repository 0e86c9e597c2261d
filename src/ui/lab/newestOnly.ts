/**
 * Answers requests one at a time; of those that come while one is answered only the newest is
 * kept. A network cannot be stopped in the middle of a run without losing its worker, so what
 * runs is left to end, and the ones a slider has passed by are never begun.
 */
export interface NewestOnly<Request> {
  ask(request: Request): void;
  /** Stops what runs and forgets what waits. */
  cancel(): void;
}

export interface Answers<Request, Result> {
  readonly work: (request: Request, signal: AbortSignal) => Promise<Result>;
  readonly onResult: (request: Request, result: Result) => void;
  /** Not called for what was cancelled or is overtaken. */
  readonly onFailure: (request: Request, thrown: unknown) => void;
}

export function newestOnly<Request, Result>(
  answers: Answers<Request, Result>,
): NewestOnly<Request> {
  let running: AbortController | null = null;
  let waiting: { readonly request: Request } | null = null;

  async function answer(request: Request): Promise<void> {
    const abort = new AbortController();
    running = abort;
    try {
      const result = await answers.work(request, abort.signal);
      if (!abort.signal.aborted && waiting === null) answers.onResult(request, result);
    } catch (thrown) {
      if (!abort.signal.aborted && waiting === null) answers.onFailure(request, thrown);
    }
    if (running !== abort) return;
    running = null;
    const next = waiting;
    waiting = null;
    if (next !== null) void answer(next.request);
  }

  return {
    ask(request) {
      if (running === null) void answer(request);
      else waiting = { request };
    },
    cancel() {
      waiting = null;
      running?.abort();
      running = null;
    },
  };
}
