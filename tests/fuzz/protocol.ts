import type { Files } from "../support/readModel.ts";

/** A fixture with its bytes, as the reading process gets it. */
export interface FuzzSubject {
  readonly what: string;
  readonly main: string;
  readonly files: Files;
}

/** One damaged copy of a subject; the seed decides all. */
export interface FuzzCase {
  readonly subject: number;
  readonly seed: number;
}

/**
 * The test sends the subjects once, then cases or whole sets of files, one at a time; the reading process answers
 * each with how it ended. No answer in time means that the reader hangs.
 */
export type ToReader =
  | { readonly kind: "subjects"; readonly subjects: readonly FuzzSubject[] }
  | ({ readonly kind: "case" } & FuzzCase)
  | { readonly kind: "files"; readonly files: Files };

export interface FromReader {
  /** "network", the code of a plain error, or "fault" for anything else. */
  readonly outcome: string;
  /** What was wrong, for a fault; else the plain sentence, or the warnings of a network. */
  readonly details: string;
  /** Largest memory of the process so far, in bytes. */
  readonly peakBytes: number;
}
