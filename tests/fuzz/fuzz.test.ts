import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FORMAT_NAMES } from "../../src/core/formats/formatNames.ts";
import type { ModelFixture } from "../support/fixtures/modelFixture.ts";
import type { FuzzCase, FuzzSubject } from "./protocol.ts";
import { buildReader, ReadingProcess } from "./readingProcess.ts";

/** Damaged files of one run; more on demand: `CONVATLAS_FUZZ=50000 npm run test:fuzz`. */
const FILES = Number(process.env.CONVATLAS_FUZZ ?? 2400);

/** Seeds start here, so that a longer run can go on where another stopped. */
const FIRST_SEED = Number(process.env.CONVATLAS_FUZZ_SEED ?? 1);

const LONGEST_READ_MS = 5000;

/** Above what the process takes for itself (Node, HDF5 in WebAssembly, the fixtures). */
const MOST_MEMORY_BYTES = 512 * 2 ** 20;

/** One process per core of the smallest machine that runs this. */
const PROCESSES = 2;

const modules = import.meta.glob<{ fixtures: readonly ModelFixture[] }>([
  "../support/fixtures/*.ts",
  "!../support/fixtures/modelFixture.ts",
]);

interface Regression {
  readonly what: string;
  readonly seed: number;
}

const regressions: readonly Regression[] = JSON.parse(
  readFileSync(join(import.meta.dirname, "regressions.json"), "utf8"),
);

let folder = "";
let fixtures: readonly ModelFixture[] = [];
let subjects: readonly FuzzSubject[] = [];

beforeAll(async () => {
  const loaded = await Promise.all(Object.values(modules).map((load) => load()));
  fixtures = loaded.flatMap((module) => module.fixtures);
  subjects = await Promise.all(
    fixtures.map(async ({ what, format, main, files }) => ({
      what: `${format}: ${what}`,
      main,
      files: await files(),
    })),
  );
  folder = await buildReader();
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs all cases on `PROCESSES` processes; returns a line for each that ended badly. */
async function faultsOf(cases: readonly FuzzCase[]) {
  const faults: string[] = [];
  const outcomes = new Set<string>();
  let next = 0;
  const work = async () => {
    const reader = new ReadingProcess(folder, subjects);
    while (next < cases.length) {
      const one = cases[next];
      next += 1;
      const answer = await reader.run(one, LONGEST_READ_MS);
      const { what } = subjects[one.subject];
      if (answer === null) faults.push(`${what}, seed ${one.seed}: longer than 5 s`);
      else if (answer.outcome === "fault") {
        faults.push(`${what}, seed ${one.seed}: ${answer.details}`);
      } else if (answer.peakBytes > MOST_MEMORY_BYTES) {
        faults.push(`${what}, seed ${one.seed}: ${Math.round(answer.peakBytes / 2 ** 20)} MiB`);
        reader.stop();
      }
      outcomes.add(answer?.outcome ?? "hang");
    }
    reader.stop();
  };
  await Promise.all(Array.from({ length: PROCESSES }, work));
  return { faults, outcomes };
}

describe("damaged files of every format", () => {
  it("has a fixture for every format", () => {
    const covered = new Set(fixtures.map(({ format }) => format));
    expect([...covered].sort()).toEqual(Object.keys(FORMAT_NAMES).sort());
  });

  it("would notice a reader that hangs, and goes on with the next file", async () => {
    const reader = new ReadingProcess(folder, subjects);
    expect(await reader.run({ subject: 0, seed: 1 }, 0)).toBeNull();
    expect(await reader.run({ subject: 0, seed: 1 }, LONGEST_READ_MS)).not.toBeNull();
    reader.stop();
  });

  it("files that once made trouble", async () => {
    const cases = regressions.map(({ what, seed }) => ({
      subject: subjects.findIndex((subject) => subject.what === what),
      seed,
    }));
    expect(cases.filter(({ subject }) => subject < 0)).toEqual([]);
    expect((await faultsOf(cases)).faults).toEqual([]);
  });

  it(
    `${FILES} files, cut, flipped, zeroed, grown and spliced: a network or one plain sentence`,
    async () => {
      const cases = Array.from({ length: FILES }, (_, at) => ({
        subject: at % subjects.length,
        seed: FIRST_SEED + Math.floor(at / subjects.length),
      }));
      const { faults, outcomes } = await faultsOf(cases);
      expect(faults).toEqual([]);
      // Damage that nothing survives, or that nothing notices, would test nothing.
      for (const outcome of ["network", "malformed", "truncated"]) {
        expect(outcomes).toContain(outcome);
      }
    },
    60_000 + FILES * 100,
  );
});
