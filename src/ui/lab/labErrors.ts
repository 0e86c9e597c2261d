import { type ErrorCode, toConvAtlasError } from "../../core/errors.ts";
import { NEXT_STEPS } from "../errors/nextSteps.ts";
import type { LabError } from "./labState.ts";

/** What the lab's view says of something that was thrown. */
export function labErrorOf(thrown: unknown): LabError {
  const { code, message, details } = toConvAtlasError(thrown);
  return { code, message, details };
}

/** What may turn out otherwise the next time: a connection that was away, memory that was full. */
const PASSING: ReadonlySet<ErrorCode> = new Set([
  "unreadable",
  "too-large",
  "engine-unavailable",
  "internal",
]);

export function mayPass(code: ErrorCode): boolean {
  return PASSING.has(code);
}

/** The same of one run: ONNX Runtime starts anew after it has stopped. */
export function mayRunAgain(code: ErrorCode): boolean {
  return code === "cannot-run" || mayPass(code);
}

/** Where a network is to run, some errors have other ways out than where a file is opened. */
const LAB_STEPS: Readonly<Partial<Record<ErrorCode, string>>> = {
  // It says itself what to do instead.
  "cannot-run": "",
  "too-large": "Tabs that are closed give memory back; a smaller image or input size takes less.",
  malformed: "Another image, or another slice of it, may be sound.",
  truncated: "Another image, or another slice of it, may be whole.",
  unsupported: "An image saved as PNG, or as uncompressed DICOM, can be read.",
};

/** What a person can do next; empty where the error says it. */
export function labNextStep(code: ErrorCode): string {
  return LAB_STEPS[code] ?? NEXT_STEPS[code];
}
