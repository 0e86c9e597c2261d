import { ConvAtlasError } from "../core/errors.ts";
import { type FromWorker, restoredError, type ToWorker } from "./messages.ts";

/** What of a `Worker` is needed to ask it. */
export interface AskedWorker {
  postMessage(message: unknown): void;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(
    type: "error",
    // Without a message where the worker's own script did not arrive (HTML, "run a worker", 17).
    listener: (event: { readonly message?: string; preventDefault(): void }) => void,
  ): void;
  terminate(): void;
}

export interface BridgeOptions<Greeting, Note> {
  /** Called with the first question, and with the first one after the worker was ended. */
  start(): AskedWorker;
  /** What a worker is told before all else; asked for anew for each worker. */
  greeting(): Greeting;
  onNote(note: Note): void;
  /** What to say when the worker ends by itself. */
  readonly diedMessage: string;
  /** What to say of a question that was called off. */
  readonly cancelledMessage: string;
  /**
   * How long a cancelled worker may take to stop by itself, in milliseconds, while nothing
   * else is asked of it. Then it is ended.
   */
  readonly cancelGraceMs: number;
}

/** The page's side of a worker that answers questions, see messages.ts. */
export interface Bridge<Question, Event, Answer> {
  /**
   * Questions may overlap; each ends by itself or by its signal.
   * @throws ConvAtlasError as the worker throws it; `cancelled` at once when the signal fires;
   * `internal` where the worker ends by itself or cannot be sent what it needs; `unreadable` where its code does not arrive.
   */
  ask(question: Question, onEvent: (event: Event) => void, signal: AbortSignal): Promise<Answer>;
  /** False before the first question, and after the worker has ended. */
  isRunning(): boolean;
  /** Ends the worker; what is asked is rejected. A later question starts a fresh one. */
  stop(error: ConvAtlasError): void;
  /** As `stop`, with what is asked called off. */
  close(): void;
}

interface PendingQuestion<Event, Answer> {
  readonly onEvent: (event: Event) => void;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: ConvAtlasError) => void;
}

const NOT_LOADED_MESSAGE =
  "A part of ConvAtlas could not be loaded from this site; check the connection and try again.";

export function bridgeTo<Greeting, Question, Event, Answer, Note>(
  options: BridgeOptions<Greeting, Note>,
): Bridge<Question, Event, Answer> {
  const pending = new Map<number, PendingQuestion<Event, Answer>>();
  /** Cancelled questions that the worker has not yet let go of. */
  const unanswered = new Set<number>();
  let worker: AskedWorker | null = null;
  let nextId = 1;

  const cancelled = () => new ConvAtlasError("cancelled", options.cancelledMessage);

  function post(to: AskedWorker, message: ToWorker<Greeting, Question>): void {
    to.postMessage(message);
  }

  function started(): AskedWorker {
    const fresh = options.start();
    fresh.addEventListener("message", ({ data }) => {
      // What an ended worker had under way is of no one's interest any more.
      if (worker === fresh) receive(data as FromWorker<Event, Answer, Note>);
    });
    fresh.addEventListener("error", (event) => {
      event.preventDefault();
      if (worker !== fresh) return;
      const { message } = event;
      stop(
        message === undefined
          ? new ConvAtlasError("unreadable", NOT_LOADED_MESSAGE)
          : new ConvAtlasError("internal", options.diedMessage, message),
      );
    });
    try {
      post(fresh, { kind: "greet", greeting: options.greeting() });
    } catch (thrown) {
      fresh.terminate();
      throw thrown;
    }
    return fresh;
  }

  function endWorker(): void {
    worker?.terminate();
    worker = null;
    unanswered.clear();
  }

  function stop(error: ConvAtlasError): void {
    endWorker();
    const rejected = [...pending.values()];
    pending.clear();
    for (const { reject } of rejected) reject(error);
  }

  function receive(message: FromWorker<Event, Answer, Note>): void {
    if (message.kind === "note") {
      options.onNote(message.note);
      return;
    }
    if (message.kind !== "event") unanswered.delete(message.id);
    const question = pending.get(message.id);
    if (question === undefined) return;
    switch (message.kind) {
      case "event":
        question.onEvent(message.event);
        return;
      case "done":
        pending.delete(message.id);
        question.resolve(message.answer);
        return;
      case "failed":
        pending.delete(message.id);
        question.reject(restoredError(message.error));
        return;
    }
  }

  function cancel(id: number): void {
    const question = pending.get(id);
    if (question === undefined) return;
    pending.delete(id);
    question.reject(cancelled());
    unanswered.add(id);
    if (worker !== null) post(worker, { kind: "cancel", id });
    setTimeout(() => {
      if (unanswered.has(id) && pending.size === 0) endWorker();
    }, options.cancelGraceMs);
  }

  return {
    ask: (question, onEvent, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) {
          reject(cancelled());
          return;
        }
        const id = nextId++;
        const onAbort = () => cancel(id);
        // A signal may live for many questions.
        const release = () => signal.removeEventListener("abort", onAbort);
        signal.addEventListener("abort", onAbort, { once: true });
        pending.set(id, {
          onEvent,
          resolve(answer) {
            release();
            resolve(answer);
          },
          reject(error) {
            release();
            reject(error);
          },
        });
        try {
          worker ??= started();
          post(worker, { kind: "ask", id, question });
        } catch (thrown) {
          // What is sent is copied: of a large model there may be no room for another copy.
          pending.get(id)?.reject(new ConvAtlasError("internal", options.diedMessage, `${thrown}`));
          pending.delete(id);
        }
      }),
    isRunning: () => worker !== null,
    stop,
    close: () => stop(cancelled()),
  };
}
