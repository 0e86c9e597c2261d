import type { EngineReport, LabCalls, LabEvent } from "./protocol.ts";

/** What a lab's worker is asked; images bring the ids that they are to have, one per file. */
export type LabQuestion = {
  readonly [Name in keyof LabCalls]: {
    readonly name: Name;
    readonly request: LabCalls[Name]["request"];
    readonly ids: Name extends "images" ? readonly string[] : null;
  };
}[keyof LabCalls];

export type LabAnswer = LabCalls[keyof LabCalls]["result"];

/** Nothing is told before the first question. */
export type LabGreeting = null;

export type LabNote =
  /** ONNX Runtime stopped in the middle of its work: this worker can run nothing any more. */
  | { readonly kind: "unusable" }
  /** Something was found about what computes, after an answer was given. */
  | { readonly kind: "engine"; readonly report: EngineReport };

/** Does what the page asks; tests ask it without a worker. */
export type LabAnswering = (
  question: LabQuestion,
  onEvent: (event: LabEvent) => void,
  signal: AbortSignal,
) => Promise<LabAnswer>;
