import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { build } from "vite";
import type { Files } from "../support/readModel.ts";
import type { FromReader, FuzzCase, FuzzSubject, ToReader } from "./protocol.ts";

const root = join(import.meta.dirname, "../..");

/** Bundles the reading process as one script for Node, into a folder of its own. */
export async function buildReader(): Promise<string> {
  const outDir = mkdtempSync(join(root, "node_modules/.fuzz-"));
  await build({
    configFile: false,
    root,
    logLevel: "error",
    publicDir: false,
    build: {
      ssr: join(import.meta.dirname, "reader.ts"),
      outDir,
      target: "node20",
      rollupOptions: { output: { entryFileNames: "reader.js" } },
    },
  });
  return outDir;
}

/** A process that reads damaged files and can be ended from outside. */
export class ReadingProcess {
  #child: ChildProcess | null = null;
  readonly #script: string;
  readonly #subjects: readonly FuzzSubject[];

  constructor(folder: string, subjects: readonly FuzzSubject[]) {
    this.#script = join(folder, "reader.js");
    this.#subjects = subjects;
  }

  /** How a case ended: the answer, or null if there was none within `limitMs`. */
  run(one: FuzzCase, limitMs: number): Promise<FromReader | null> {
    return this.#ask({ kind: "case", ...one }, limitMs);
  }

  /** The same for files as they are. */
  read(files: Files, limitMs: number): Promise<FromReader | null> {
    return this.#ask({ kind: "files", files }, limitMs);
  }

  #ask(message: ToReader, limitMs: number): Promise<FromReader | null> {
    const child = this.#child ?? this.#start();
    return new Promise((resolve) => {
      const finish = (answer: FromReader | null) => {
        clearTimeout(timer);
        child.removeAllListeners();
        if (answer === null) this.stop();
        resolve(answer);
      };
      const timer = setTimeout(() => finish(null), limitMs);
      child.once("message", (answer: FromReader) => finish(answer));
      child.once("exit", (code, signal) => {
        this.#child = null;
        finish({ outcome: "fault", details: `process ended: ${code ?? signal}`, peakBytes: 0 });
      });
      child.send(message);
    });
  }

  stop(): void {
    this.#child?.kill("SIGKILL");
    this.#child = null;
  }

  #start(): ChildProcess {
    const child = fork(this.#script, { serialization: "advanced", stdio: "ignore" });
    child.send({ kind: "subjects", subjects: this.#subjects } satisfies ToReader);
    this.#child = child;
    return child;
  }
}
