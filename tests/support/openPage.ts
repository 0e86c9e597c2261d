import type { Browser, Page, Worker } from "playwright-core";
import { chromium } from "playwright-core";
import { afterAll, beforeAll, expect, inject } from "vitest";

/** The sample takes seconds; a busy machine may need ten times as long. */
export const ANALYSIS_TIMEOUT_MS = 90_000;

export interface OpenedPage {
  readonly page: Page;
  /** Requests to anywhere but this site; must stay empty. */
  readonly foreignRequests: string[];
  /** Errors on the console and uncaught ones; must stay empty. */
  readonly consoleErrors: string[];
  /** Every worker that was started. */
  readonly workers: Worker[];
  close(): Promise<void>;
}

/** Starts one browser for a test file. Returns how to open a page in it. */
export function browserForTests(): (options?: PageOptions) => Promise<OpenedPage> {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: inject("chromiumPath"),
      args: [
        // Containers run tests as root, where Chromium's sandbox cannot start.
        ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
        "--enable-unsafe-swiftshader",
        "--disable-background-networking",
        "--disable-component-update",
      ],
    });
  });
  afterAll(() => browser.close());
  return (options) => openPage(browser, options);
}

export interface PageOptions {
  readonly fragment?: string;
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: "light" | "dark";
}

async function openPage(browser: Browser, options: PageOptions = {}): Promise<OpenedPage> {
  const { fragment = "", width = 1440, height = 900, colorScheme = "light" } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme,
    reducedMotion: "reduce",
    acceptDownloads: true,
  });
  const page = await context.newPage();
  const address = inject("pageAddress");
  const foreignRequests: string[] = [];
  const consoleErrors: string[] = [];
  const workers: Worker[] = [];
  context.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(address) && !/^(blob|data):/.test(url)) foreignRequests.push(url);
  });
  page.on("console", (message) => {
    if (message.type() === "error") consoleErrors.push(message.text());
  });
  page.on("pageerror", (error) => consoleErrors.push(String(error)));
  page.on("worker", (worker) => workers.push(worker));
  await page.goto(`${address}${fragment}`);
  return { page, foreignRequests, consoleErrors, workers, close: () => context.close() };
}

/** Waits until the status line says `state`. */
export async function waitForState(page: Page, state: string): Promise<void> {
  await page
    .locator(`[data-testid="analysis-status"][data-state="${state}"]`)
    .waitFor({ state: "attached", timeout: ANALYSIS_TIMEOUT_MS });
}

/** Waits until a run that was just started with this file is over. */
export async function waitUntilShown(page: Page, modelName: string): Promise<void> {
  // The name is on the page from the first moment, while the file is still read.
  await page.getByText(modelName).first().waitFor();
  await waitForState(page, "done");
}

export async function loadSample(page: Page): Promise<void> {
  await page.getByTestId("load-sample").click();
  await waitForState(page, "done");
}

/** Gives the page a file as the file dialog would. */
export async function chooseFile(page: Page, name: string, bytes: Uint8Array): Promise<void> {
  await page.getByTestId("model-input").setInputFiles({
    name,
    mimeType: "application/octet-stream",
    buffer: Buffer.from(bytes),
  });
}

/** On a phone the exports are behind a button. */
export async function showExports(page: Page): Promise<void> {
  const menu = page.locator('[data-testid="share-menu"][aria-expanded="false"]');
  if (await menu.isVisible()) await menu.click();
}

/** The text of the file that a click downloads. */
export async function download(
  page: Page,
  testId: string,
): Promise<{ name: string; bytes: Buffer }> {
  if (testId.startsWith("export-")) await showExports(page);
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByTestId(testId).click(),
  ]);
  const chunks: Buffer[] = [];
  for await (const chunk of await file.createReadStream()) chunks.push(Buffer.from(chunk));
  return { name: file.suggestedFilename(), bytes: Buffer.concat(chunks) };
}

/** What must hold at the end of every visit. */
export function expectCleanVisit(opened: OpenedPage): void {
  expect(opened.foreignRequests).toEqual([]);
  expect(opened.consoleErrors).toEqual([]);
}
