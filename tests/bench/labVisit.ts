import { copyFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Browser, Page } from "playwright-core";
import type { LabProvider } from "../../src/worker/lab/protocol.ts";

/** Reading and analysing 31 million parameters, on two busy cores and with room to spare. */
const OPENING_AT_MOST_MS = 600_000;

/** ONNX Runtime is up to 27 MB to be compiled, and a network to be read again. */
const STARTING_AT_MOST_MS = 300_000;

/** The page gives a graphics processor a minute to answer, after 27 MB have been compiled. */
const TRYING_AT_MOST_MS = 180_000;

/** What the bundled network is run on. */
const SAMPLE_SLICES = Array.from(
  { length: 12 },
  (_, slice) => `slice-${String(slice).padStart(3, "0")}.png`,
);

/** What is measured: a network, and an image for it. */
export interface Subject {
  /** Null: the bundled network with its slices. */
  readonly own: { readonly model: string; readonly image: string } | null;
  readonly browser: Browser;
  readonly address: string;
  /** For copies of the image. */
  readonly folder: string;
}

/** What the page says instead of a result. */
export class SaidByPage extends Error {}

/** Waits for one of two things; what the page says where it is the second. */
async function waitOrSay(
  page: Page,
  wanted: string,
  refused: string,
  milliseconds: number,
): Promise<void> {
  const either = page.locator(`${wanted}, ${refused}`).first();
  await either.waitFor({ state: "attached", timeout: milliseconds });
  if ((await page.locator(refused).count()) === 0) return;
  const said = await page.locator('.error-sentence, [role="alert"]').first().innerText();
  // What could be done about it, and details, are for people in the page.
  throw new SaidByPage(said.split("\n")[0]);
}

/** @throws SaidByPage where the analysis is refused. */
export async function waitForAnalysis(page: Page, milliseconds: number): Promise<void> {
  const status = '[data-testid="analysis-status"]';
  await waitOrSay(
    page,
    `${status}[data-state="done"]`,
    `${status}[data-state="error"]`,
    milliseconds,
  );
}

/** A page of its own with the network analysed. */
export async function openNetwork({ browser, address, own }: Subject): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    acceptDownloads: true,
  });
  const page = await context.newPage();
  await page.goto(address);
  if (own === null) await page.getByTestId("load-sample").click();
  else await page.getByTestId("model-input").setInputFiles(own.model);
  await waitForAnalysis(page, OPENING_AT_MOST_MS);
  return page;
}

/** @throws SaidByPage where the network could not be run. */
export async function waitForRun(page: Page): Promise<void> {
  const run = '[data-testid="lab-run"]';
  await waitOrSay(
    page,
    `${run}[data-state="done"]`,
    `${run}[data-state="failed"]`,
    STARTING_AT_MOST_MS,
  );
}

/** Opens the image lab, and waits until the page has settled what computes. */
export async function enterLab(page: Page, { own, folder }: Subject): Promise<readonly string[]> {
  await page.keyboard.press("g");
  await page.keyboard.press("i");
  const status = '[data-testid="lab-status"]';
  await waitOrSay(
    page,
    `${status}[data-state="ready"]`,
    `${status}[data-state="failed"]`,
    STARTING_AT_MOST_MS,
  );
  const names = own === null ? SAMPLE_SLICES : await addTwice(page, own.image, folder);
  await page.getByRole("radio", { name: names.at(-1) ?? "" }).waitFor({ state: "attached" });
  await page
    .locator('[data-testid="lab-engine"][data-decided="true"]')
    .waitFor({ timeout: STARTING_AT_MOST_MS });
  await waitForRun(page);
  return names;
}

/** The network runs again when another image is looked at: two of the same make it do so. */
async function addTwice(page: Page, image: string, folder: string): Promise<readonly string[]> {
  const names = [1, 2].map((copy) => `${copy}-${basename(image)}`);
  const paths = names.map((name) => join(folder, name));
  for (const path of paths) copyFileSync(image, path);
  await page.getByTestId("lab-image-input").setInputFiles(paths);
  return names;
}

export async function showPart(page: Page, part: "Segmentation" | "Put to the test") {
  await page.getByRole("tab", { name: part, exact: true }).click();
}

/** @throws SaidByPage where another part of the computer does the work. */
export async function sayIfLeft(page: Page, provider: LabProvider): Promise<void> {
  const engine = page.getByTestId("lab-engine");
  if ((await engine.getAttribute("data-provider")) === provider) return;
  throw new SaidByPage(await engine.getByRole("status").innerText());
}

/** Has the network run by this part of the computer. @throws SaidByPage where it cannot. */
export async function insistOn(page: Page, provider: LabProvider): Promise<void> {
  await page.getByTestId("lab-engine-choice").selectOption(provider);
  const engine = page.getByTestId("lab-engine");
  const found = page.locator(`[data-testid="lab-engine"][data-provider="${provider}"]`);
  // Where it cannot, the page says why.
  await found.or(engine.getByRole("status")).first().waitFor({ timeout: TRYING_AT_MOST_MS });
  await waitForRun(page);
  await sayIfLeft(page, provider);
}
