import { parseArgs } from "node:util";
import type { EngineChoice } from "../core/action/engineRoom.ts";
import { DEFAULT_SETTINGS, type Settings } from "../core/analysis/settings.ts";
import { ConvAtlasError } from "../core/errors.ts";

export const USAGE = `Usage: convatlas analyze MODEL [options]

  --out FILE|-            write the results as JSON (default: - , standard output)
  --csv FILE              write one row per kernel as CSV
  --features SET          poster (default), extended, or a JSON file of features
  --grid layer|N          map size of each layer (default), or N x N for all
  --compare HOW           sorted (default, the poster) or response (same frequency)
  --threshold T           largest distance that still gets a label (default 0.1)
  --clusters K            clusters per layer (default 3)
  --basis model|layer     one PCA for all layers (default), or one per layer
  --normalisation HOW     none (default), unit or unit-signed
  --input-size N          image side for networks that accept any (default 256)
  --corrections FILE      roles, map sizes, order and readings that you know better (JSON)
  --engine NAME           auto (default), cpu, webasm or webgpu: same labels, other speed
  --summary               leave the kernels out of the JSON
  --help, --version
`;

export interface AnalyzeOptions {
  readonly model: string;
  /** Path, or "-" for standard output; null if only the CSV was asked for. */
  readonly out: string | null;
  readonly csv: string | null;
  /** `poster`, `extended` or the path of a JSON file. */
  readonly features: string;
  /** Path of a JSON file of corrections; null without. */
  readonly corrections: string | null;
  readonly settings: Omit<Settings, "features" | "corrections">;
  readonly engine: EngineChoice;
  readonly summary: boolean;
}

export type Command =
  | { readonly kind: "analyze"; readonly options: AnalyzeOptions }
  | { readonly kind: "help" }
  | { readonly kind: "version" };

/** @throws ConvAtlasError `bad-setting` for arguments that mean nothing. */
export function parseCommand(argv: readonly string[]): Command {
  const { values, positionals } = parse(argv);
  if (values.help || (argv.length === 0 && positionals.length === 0)) return { kind: "help" };
  if (values.version) return { kind: "version" };
  const [command, model, ...rest] = positionals;
  if (command !== "analyze" || model === undefined || rest.length > 0) {
    throw bad('Use "convatlas analyze MODEL" with one model file; --help lists the options.');
  }
  return {
    kind: "analyze",
    options: {
      model,
      out: values.out ?? (values.csv === undefined ? "-" : null),
      csv: values.csv ?? null,
      features: values.features ?? "poster",
      corrections: values.corrections ?? null,
      engine: oneOf("--engine", values.engine, ["auto", "cpu", "webasm", "webgpu"]),
      summary: values.summary ?? false,
      settings: {
        threshold: numberOf("--threshold", values.threshold, DEFAULT_SETTINGS.threshold),
        clusters: numberOf("--clusters", values.clusters, DEFAULT_SETTINGS.clusters),
        inputSize: numberOf("--input-size", values["input-size"], DEFAULT_SETTINGS.inputSize),
        grid:
          values.grid === undefined || values.grid === "layer"
            ? "layer"
            : numberOf("--grid", values.grid, Number.NaN),
        compare: oneOf("--compare", values.compare, ["sorted", "response"]),
        basis: oneOf("--basis", values.basis, ["model", "layer"]),
        normalisation: oneOf("--normalisation", values.normalisation, [
          "none",
          "unit",
          "unit-signed",
        ]),
      },
    },
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        out: { type: "string" },
        csv: { type: "string" },
        features: { type: "string" },
        grid: { type: "string" },
        compare: { type: "string" },
        threshold: { type: "string" },
        clusters: { type: "string" },
        basis: { type: "string" },
        normalisation: { type: "string" },
        "input-size": { type: "string" },
        corrections: { type: "string" },
        engine: { type: "string" },
        summary: { type: "boolean" },
        help: { type: "boolean", short: "h" },
        version: { type: "boolean" },
      },
    });
  } catch (error) {
    throw bad(`${error instanceof Error ? error.message : String(error)}`);
  }
}

function numberOf(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) {
    throw bad(`${name} needs a number, not "${text}".`);
  }
  return value;
}

/** The first choice is the default. */
function oneOf<Choice extends string>(
  name: string,
  text: string | undefined,
  choices: readonly [Choice, ...Choice[]],
): Choice {
  if (text === undefined) return choices[0];
  const chosen = choices.find((choice) => choice === text);
  if (chosen === undefined) throw bad(`${name} is one of ${choices.join(", ")}, not "${text}".`);
  return chosen;
}

function bad(message: string): ConvAtlasError {
  return new ConvAtlasError("bad-setting", message);
}
