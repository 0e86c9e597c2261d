import type { Page } from "playwright-core";
import type { LabProvider } from "../../src/worker/lab/protocol.ts";
import { millisecondsIn, type Times, timesOf } from "./labMeasured.ts";
import { insistOn, sayIfLeft, waitForRun } from "./labVisit.ts";

/** Times scatter, and a run is short. */
const RUNS = 12;

/** One run of the network on one image, by one part of the computer. */
export interface RunTimes {
  readonly times: Times;
  /** What ran it, in the page's words. */
  readonly by: string;
}

/** What the page chose by itself: "39 ms on the processor (WebAssembly). Measured: processor 39 ms, graphics 10 ms." */
export async function choiceText(page: Page): Promise<string> {
  const texts = [
    await page.getByTestId("lab-run").innerText(),
    ...(await page.getByTestId("lab-engine").locator("p").allInnerTexts()),
  ];
  return texts.map((text) => text.trim()).join(" ");
}

/** @throws SaidByPage where this part of the computer cannot run it. */
export async function measureRuns(
  page: Page,
  provider: LabProvider,
  names: readonly string[],
): Promise<RunTimes> {
  await insistOn(page, provider);
  const all: number[] = [];
  let by = "";
  for (let at = 0; all.length < RUNS; at++) {
    const radio = page.getByRole("radio", { name: names[at % names.length] });
    // Looking at it once more runs nothing.
    if (await radio.isChecked()) continue;
    await radio.check({ force: true });
    await waitForRun(page);
    await sayIfLeft(page, provider);
    const text = await page.getByTestId("lab-run").innerText();
    by = / on the (.*)\.$/.exec(text.trim())?.[1] ?? "";
    all.push(millisecondsIn(text));
  }
  return { times: timesOf(all), by };
}
