import { readFileSync } from "node:fs";
import type { Page, Worker } from "playwright-core";
import type { LabProvider } from "../../src/worker/lab/protocol.ts";
import { insistOn, SaidByPage, sayIfLeft, showPart } from "./labVisit.ts";

/** Two thousand runs, on the slowest machine that anyone would measure. */
const TEST_AT_MOST_MS = 3_600_000;

/** The usual test of every layer: one click. */
export interface WholeTest {
  readonly milliseconds: number;
  /** Of the network, each on one slice. */
  readonly runs: number;
  /** Started for the test; none where the graphics processor does it. */
  readonly workers: number;
  /** Dice figures that were compared, and the largest difference. */
  readonly compared: number;
  readonly difference: number;
}

type Dice = Readonly<Record<"diceToMasks" | "diceToOriginal", number | null>>;

interface Results {
  readonly lab: {
    readonly substitution: {
      readonly slices: number;
      readonly milliseconds: number;
      readonly original: Dice;
      readonly trials: readonly (Dice & {
        readonly layer: string | null;
        readonly replacement: { readonly kind: string; readonly draw?: number };
      })[];
    };
  };
}

/** What tests/fixtures/write_substitution.py computed by PyTorch and numpy. */
interface Answers {
  readonly original: Dice;
  readonly allLayers: Readonly<Record<string, Dice>>;
  readonly layers: Readonly<Record<string, { readonly trials: Readonly<Record<string, Dice>> }>>;
}

/** @throws SaidByPage where the test fails. */
export async function measureTest(page: Page, provider: LabProvider): Promise<WholeTest> {
  await insistOn(page, provider);
  let workers = 0;
  const count = (worker: Worker) => {
    if (worker.url().includes("trial.worker")) workers += 1;
  };
  page.on("worker", count);
  await showPart(page, "Put to the test");
  await page.getByTestId("run-test").click();
  await page
    .locator('[data-testid="run-test"]', { hasText: "Run it again" })
    .waitFor({ timeout: TEST_AT_MOST_MS });
  page.off("worker", count);
  const failure = page.locator('.test-panel [role="alert"]');
  if ((await failure.count()) > 0) throw new SaidByPage(await failure.first().innerText());
  const results = await exported(page);
  await showPart(page, "Segmentation");
  await sayIfLeft(page, provider);
  const { slices, milliseconds, trials } = results.lab.substitution;
  return {
    milliseconds,
    runs: (trials.length + 1) * slices,
    workers,
    ...comparison(results),
  };
}

async function exported(page: Page): Promise<Results> {
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByTestId("export-json").click(),
  ]);
  return JSON.parse(readFileSync(await file.path(), "utf8"));
}

function comparison({ lab: { substitution } }: Results) {
  const path = new URL("../fixtures/substitution.json", import.meta.url);
  const answers: Answers = JSON.parse(readFileSync(path, "utf8"));
  const pairs: (readonly [Dice, Dice | undefined])[] = [[substitution.original, answers.original]];
  for (const trial of substitution.trials) {
    const { kind, draw } = trial.replacement;
    const name = draw === undefined ? kind : `${kind} ${draw}`;
    const { layer } = trial;
    const all = layer === null ? answers.allLayers : answers.layers[layer]?.trials;
    pairs.push([trial, all?.[name]]);
  }
  const differences = pairs.flatMap(([found, wanted]) =>
    (["diceToMasks", "diceToOriginal"] as const).map((measure) =>
      Math.abs((found[measure] ?? Number.NaN) - (wanted?.[measure] ?? Number.NaN)),
    ),
  );
  // A figure that either lacks is no number, and so is the largest then.
  return { compared: differences.length, difference: Math.max(...differences) };
}
