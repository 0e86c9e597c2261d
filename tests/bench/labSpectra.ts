import type { Page } from "playwright-core";
import type { EngineName } from "../../src/core/analysis/analysis.ts";
import { millisecondsIn, type Times, timesOf } from "./labMeasured.ts";
import { SaidByPage, waitForAnalysis } from "./labVisit.ts";

/** What takes longer is not worth more of it. */
const ROUNDS = 5;
const ROUNDS_WITHIN_MS = 30_000;

/** An engine that is made for graphics processors may take hours without one. */
const SPECTRA_AT_MOST_MS = 180_000;

/**
 * The spectra of all kernels, with this engine chosen under "Computed by".
 * @throws SaidByPage where it cannot compute them.
 */
export async function measureSpectra(page: Page, engine: EngineName): Promise<Times> {
  const all: number[] = [];
  const startedAt = performance.now();
  while (all.length < ROUNDS && performance.now() - startedAt < ROUNDS_WITHIN_MS) {
    all.push(await spectraTime(page, engine));
    // Chosen again only after another one.
    await choose(page, "auto");
  }
  return timesOf(all);
}

async function choose(page: Page, engine: EngineName | "auto"): Promise<void> {
  await page.getByTestId("engine").selectOption(engine);
  await waitForAnalysis(page, SPECTRA_AT_MOST_MS);
}

async function spectraTime(page: Page, engine: EngineName): Promise<number> {
  try {
    await choose(page, engine);
  } catch (thrown) {
    if (!(thrown instanceof Error) || thrown.name !== "TimeoutError") throw thrown;
    throw new SaidByPage(`It was not done after ${SPECTRA_AT_MOST_MS / 1000} s.`);
  }
  const shown = page.getByTestId("computed-by");
  const computedBy = await shown.getAttribute("data-engine");
  if (computedBy === engine) return millisecondsIn(await shown.locator("dd").innerText());
  throw new SaidByPage(await shown.locator("p").innerText());
}
