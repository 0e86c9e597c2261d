import { createWriteStream, existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type AnalysisRequest, analyse } from "../core/analysis/analyse.ts";
import type { Analysis } from "../core/analysis/analysis.ts";
import { openModel } from "../core/analysis/openModel.ts";
import { ConvAtlasError } from "../core/errors.ts";
import {
  EXTENDED_FEATURES,
  type Feature,
  type FeatureSetName,
  POSTER_FEATURES,
} from "../core/features/clinicalKernels.ts";
import { parseFeatures } from "../core/features/featureFile.ts";
import { findingsInTurns } from "../core/findings/findingsInTurns.ts";
import { findingsRequest } from "../core/findings/request.ts";
import { type Corrections, NO_CORRECTIONS } from "../core/network/corrections.ts";
import { parseCorrections } from "../core/network/correctionsFile.ts";
import { resultsCsv } from "../core/results/csv.ts";
import { resultsJson } from "../core/results/json.ts";
import { modelAt } from "./diskFiles.ts";
import { startEngines } from "./engines.ts";
import type { AnalyzeOptions } from "./options.ts";

/** Runs `convatlas analyze`. @throws ConvAtlasError for anything a person can mend. */
export async function analyzeCommand(options: AnalyzeOptions): Promise<void> {
  const { name, features } = loadFeatures(options.features);
  const { signal } = new AbortController();
  const chosen = await modelAt(options.model);
  const corrections = loadCorrections(options.corrections);
  const engines = startEngines();
  try {
    const model = await openModel(chosen, engines, () => {}, signal);
    const request: AnalysisRequest = {
      settings: { ...options.settings, features: name, corrections },
      features,
      engine: options.engine,
      // Where no kernel is written, none needs more than its label.
      exactness: options.summary && options.csv === null ? "labels" : "distances",
    };
    const analysis = await analyse(model, request, () => {}, signal);
    const kernels = analysis.layers.map((layer) => layer.kernels);
    const findings = await findingsInTurns(findingsRequest(analysis), kernels, signal);
    await writeResults({ ...analysis, findings }, options);
  } finally {
    engines.close();
  }
}

function loadFeatures(choice: string): { name: FeatureSetName; features: readonly Feature[] } {
  if (choice === "poster") return { name: "poster", features: POSTER_FEATURES };
  if (choice === "extended") return { name: "extended", features: EXTENDED_FEATURES };
  if (!existsSync(choice)) {
    throw new ConvAtlasError(
      "bad-setting",
      `--features is poster, extended or a JSON file; there is no file ${choice}.`,
    );
  }
  return {
    name: "custom",
    features: parseFeatures(readFileSync(choice, "utf8"), basename(choice)),
  };
}

function loadCorrections(path: string | null): Corrections {
  if (path === null) return NO_CORRECTIONS;
  if (!existsSync(path)) {
    throw new ConvAtlasError("bad-setting", `--corrections: there is no file ${path}.`);
  }
  return parseCorrections(readFileSync(path, "utf8"), basename(path));
}

async function writeResults(analysis: Analysis, options: AnalyzeOptions): Promise<void> {
  if (options.csv !== null) await writeText(options.csv, resultsCsv(analysis));
  if (options.out === "-") {
    for (const chunk of resultsJson(analysis, options)) {
      if (!process.stdout.write(chunk)) {
        await new Promise((resolve) => process.stdout.once("drain", resolve));
      }
    }
  } else if (options.out !== null) {
    await writeText(options.out, resultsJson(analysis, options));
  }
}

async function writeText(path: string, chunks: Iterable<string>): Promise<void> {
  try {
    await pipeline(Readable.from(chunks), createWriteStream(path));
  } catch (error) {
    throw new ConvAtlasError(
      "unreadable",
      `The results could not be written to ${path}; check that the folder exists and can be written to.`,
      String(error),
    );
  }
}
