import { ConvAtlasError } from "../../core/errors.ts";

/** What ONNX Runtime was doing when it gave up. */
export type RuntimeStep = "start" | "run";

/** As ONNX Runtime, its C++ library and browsers say it. */
const OUT_OF_MEMORY =
  /bad_alloc|out of memory|\bOOM\b|failed to allocate|allocation failed|invalid array (buffer )?length|could not allocate|cannot enlarge memory/i;

/** WebAssembly that stopped in the middle of its work: its memory cannot be relied upon. */
function isAbort(thrown: unknown): boolean {
  if (thrown instanceof WebAssembly.RuntimeError) return true;
  // An exception of C++ that nobody caught comes as a number.
  return typeof thrown === "number" || /\bAborted\(/.test(String(thrown));
}

export interface RuntimeFailure {
  readonly error: ConvAtlasError;
  /** ONNX Runtime can do nothing more in this worker. */
  readonly isFatal: boolean;
}

/** What ONNX Runtime throws, in plain words; its own text goes into the details. */
export function runtimeFailure(thrown: unknown, step: RuntimeStep): RuntimeFailure {
  if (thrown instanceof ConvAtlasError) return { error: thrown, isFatal: false };
  const details = thrown instanceof Error ? thrown.message : String(thrown);
  // It loads its WebAssembly with the first session, and tries that once.
  const hasNotLoaded = /no available backend found/.test(details);
  // A page out of memory cannot say so once WebAssembly reaches beyond what it was given.
  const isMemory = OUT_OF_MEMORY.test(details) || /memory access out of bounds/.test(details);
  const error = isMemory
    ? new ConvAtlasError(
        "too-large",
        "Running this network needs more memory than the browser gives to one page; choose a smaller input size, or close other tabs and try again.",
        details,
      )
    : new ConvAtlasError(
        "cannot-run",
        unknownOperator(details) ?? SENTENCES[hasNotLoaded ? "load" : step],
        details,
      );
  return { error, isFatal: hasNotLoaded || isAbort(thrown) };
}

function unknownOperator(details: string): string | null {
  const found = /No Op registered for (\w+)|(\w+)\(-?\d+\) is not a registered function\/op/.exec(
    details,
  );
  if (found === null) return null;
  return `ONNX Runtime, which runs networks here, does not know the operator ${found[1] ?? found[2]}; export the network anew with common operators, or look at its kernels without running it.`;
}

/** After a failure that was fatal. */
export function unusableRuntime(): ConvAtlasError {
  return new ConvAtlasError(
    "cannot-run",
    "ONNX Runtime stopped in the middle of its work and has to start anew; try again.",
  );
}

const SENTENCES: Readonly<Record<RuntimeStep | "load", string>> = {
  load: "ONNX Runtime, the part that runs networks, could not be loaded or does not start in this browser; check the connection, or try a newer browser.",
  start:
    "ONNX Runtime, which runs networks here, does not accept this one; export it anew with common operators, or look at its kernels without running it.",
  run: "ONNX Runtime stopped while it ran this network on the image; try another input size, or look at the kernels without running it.",
};
