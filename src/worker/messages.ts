import { ConvAtlasError, type ErrorCode, toConvAtlasError } from "../core/errors.ts";

/**
 * How the page and a worker of ours talk, whatever they talk about. A page asks questions,
 * which may overlap, and each is answered once.
 *
 *   page   -> worker   greet     what the worker is for; once, first
 *   page   -> worker   ask       question `id`; answered by events, then done or failed
 *   page   -> worker   cancel    question `id` answers failed (`cancelled`)
 *   worker -> page     event     progress and results of question `id`
 *   worker -> page     done      question `id` has its answer
 *   worker -> page     failed    question `id` ended with an error
 *   worker -> page     note      what belongs to no question
 */
export type ToWorker<Greeting, Question> =
  | { readonly kind: "greet"; readonly greeting: Greeting }
  | { readonly kind: "ask"; readonly id: number; readonly question: Question }
  | { readonly kind: "cancel"; readonly id: number };

export type FromWorker<Event, Answer, Note> =
  | { readonly kind: "event"; readonly id: number; readonly event: Event }
  | { readonly kind: "done"; readonly id: number; readonly answer: Answer }
  | { readonly kind: "failed"; readonly id: number; readonly error: ErrorMessage }
  | { readonly kind: "note"; readonly note: Note };

/** An error as plain data: classes do not survive the way out of a worker. */
export interface ErrorMessage {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: string;
  readonly missingFiles: readonly string[];
}

export function errorMessage(thrown: unknown): ErrorMessage {
  const { code, message, details, missingFiles } = toConvAtlasError(thrown);
  return { code, message, details, missingFiles };
}

export function restoredError({ code, message, details, missingFiles }: ErrorMessage) {
  return new ConvAtlasError(code, message, details, missingFiles);
}
