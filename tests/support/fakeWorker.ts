import { type Answering, answerQuestions } from "../../src/worker/answering.ts";
import type { AskedWorker } from "../../src/worker/bridge.ts";

type Listener = (event: { readonly data: unknown }) => void;

/** Both ends of a worker in one thread; messages are copied and come in a later turn. */
export class FakeWorker implements AskedWorker {
  isEnded = false;
  private readonly toPage: Listener[] = [];
  private readonly toWorker: Listener[] = [];
  private readonly onError: ((event: { message?: string; preventDefault(): void }) => void)[] = [];

  /** @param start as `answerQuestions` takes it. */
  static of<Greeting, Question, Event, Answer, Note>(
    start: (greeting: Greeting, note: (note: Note) => void) => Answering<Question, Event, Answer>,
  ): FakeWorker {
    const worker = new FakeWorker();
    answerQuestions(
      {
        postMessage: (message) => worker.deliver(worker.toPage, message),
        addEventListener: (_type, listener) => worker.toWorker.push(listener),
      },
      start,
    );
    return worker;
  }

  postMessage(message: unknown): void {
    this.deliver(this.toWorker, message);
  }

  addEventListener(type: "message" | "error", listener: never): void {
    if (type === "message") this.toPage.push(listener);
    else this.onError.push(listener);
  }

  terminate(): void {
    this.isEnded = true;
  }

  die(message: string): void {
    for (const listener of this.onError) listener({ message, preventDefault: () => undefined });
  }

  /** As of a worker whose script does not arrive. */
  stayAway(): void {
    for (const listener of this.onError) listener({ preventDefault: () => undefined });
  }

  private deliver(listeners: readonly Listener[], message: unknown): void {
    const data = structuredClone(message);
    queueMicrotask(() => {
      if (!this.isEnded) for (const listener of listeners) listener({ data });
    });
  }
}
