/**
 * Every reason why ConvAtlas may refuse a file or a request. Closed, so that the
 * page and the command line can rely on it and a new reason is added on purpose.
 */
export type ErrorCode =
  | "empty-file"
  | "unknown-format"
  | "not-a-model"
  | "git-lfs-pointer"
  | "truncated"
  | "malformed"
  | "unsupported"
  | "no-convolutions"
  | "no-weights"
  | "missing-companion-file"
  | "encrypted"
  | "hidden-weights"
  | "too-large"
  | "bad-setting"
  | "engine-unavailable"
  | "cannot-run"
  | "not-an-image"
  | "cancelled"
  | "unreadable"
  | "internal";

/**
 * An error that a person caused or can mend. `message` is one plain sentence for
 * that person: what is wrong, where, what to try. `details` is for a bug report.
 */
export class ConvAtlasError extends Error {
  override readonly name = "ConvAtlasError";
  readonly code: ErrorCode;
  readonly details: string;
  /** Names of the files to ask for; only with `missing-companion-file`. */
  readonly missingFiles: readonly string[];

  constructor(
    code: ErrorCode,
    message: string,
    details = "",
    missingFiles: readonly string[] = [],
  ) {
    // Names out of files may hold anything; a sentence stands on one line.
    super(message.replace(/\p{Cc}+/gu, " "));
    this.code = code;
    this.details = details;
    this.missingFiles = missingFiles;
  }
}

/** Throws the error that every long task throws when it is cancelled. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new ConvAtlasError("cancelled", "The analysis was cancelled.");
}

/** What any thrown value becomes before a person sees it: never a stack trace. */
export function toConvAtlasError(thrown: unknown): ConvAtlasError {
  if (thrown instanceof ConvAtlasError) return thrown;
  const details = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return new ConvAtlasError(
    "internal",
    "Something went wrong inside ConvAtlas while it worked on this file; please report it, with its details.",
    details,
  );
}
