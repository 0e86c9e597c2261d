import { errorMessage, type FromWorker, type ToWorker } from "./messages.ts";

/** What of a worker's global scope is needed to answer. */
export interface AnsweringScope {
  postMessage(message: unknown): void;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
}

/** Answers one question; what it throws becomes the failure that the page sees. */
export type Answering<Question, Event, Answer> = (
  question: Question,
  onEvent: (event: Event) => void,
  signal: AbortSignal,
) => Promise<Answer>;

/**
 * The worker's side of a bridge, see messages.ts.
 *
 * @param start called with the greeting, and with a way to send notes; returns what answers
 * the questions that follow.
 */
export function answerQuestions<Greeting, Question, Event, Answer, Note>(
  scope: AnsweringScope,
  start: (greeting: Greeting, note: (note: Note) => void) => Answering<Question, Event, Answer>,
): void {
  const running = new Map<number, AbortController>();
  let answering: Answering<Question, Event, Answer> | null = null;

  function send(message: FromWorker<Event, Answer, Note>): void {
    scope.postMessage(message);
  }

  async function answer(id: number, question: Question): Promise<void> {
    const controller = new AbortController();
    running.set(id, controller);
    try {
      if (answering === null) throw new Error("a question before the greeting");
      const onEvent = (event: Event) => send({ kind: "event", id, event });
      send({ kind: "done", id, answer: await answering(question, onEvent, controller.signal) });
    } catch (thrown) {
      send({ kind: "failed", id, error: errorMessage(thrown) });
    } finally {
      running.delete(id);
    }
  }

  scope.addEventListener("message", ({ data }) => {
    const message = data as ToWorker<Greeting, Question>;
    switch (message.kind) {
      case "greet":
        answering = start(message.greeting, (note) => send({ kind: "note", note }));
        break;
      case "ask":
        void answer(message.id, message.question);
        break;
      case "cancel":
        running.get(message.id)?.abort();
        break;
    }
  });
}
