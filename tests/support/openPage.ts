import type { Browser, Locator, Page, Worker } from "playwright-core";
import { chromium } from "playwright-core";
import { afterAll, beforeAll, expect, inject } from "vitest";

/** The sample takes seconds; a busy machine may need ten times as long. */
export const ANALYSIS_TIMEOUT_MS = 90_000;

/** `CONVATLAS_SLOWED_BY=4` finds tests that look at the page before it has done what they wait for. */
const SLOWED_BY = Number(process.env.CONVATLAS_SLOWED_BY ?? 1);

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

/**
 * Of Chromium's own window: what drops down from its address bar. It is a page in a process of its
 * own, loaded anew with every window, and takes a sixth of the time that a visit takes.
 */
const FEATURES_OF_THE_WINDOW = [
  "WebUIOmniboxPopup",
  "WebUIOmniboxAimPopup",
  "WebUIOmniboxFullPopup",
] as const;

/** What Playwright switches off by itself: a second list of features takes the place of its own. */
const FEATURES_OF_PLAYWRIGHT = [
  ...["AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades"],
  ...["HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding"],
  ...["ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints"],
  ...["NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch"],
] as const;

export interface BrowserOptions {
  /** Switches of Chromium, beside those of all tests. */
  readonly switches?: readonly string[];
  /** Features that are switched off as well. */
  readonly withoutFeatures?: readonly string[];
}

/** Starts one browser for a test file. Returns how to open a page in it. */
export function browserForTests({
  switches = [],
  withoutFeatures = [],
}: BrowserOptions = {}): (options?: PageOptions) => Promise<OpenedPage> {
  const features = [...FEATURES_OF_PLAYWRIGHT, ...FEATURES_OF_THE_WINDOW, ...withoutFeatures];
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
        `--disable-features=${features.join(",")}`,
        ...switches,
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
  /** Where the page is served, with a slash at the end; else where all tests find it. */
  readonly address?: string;
}

async function openPage(browser: Browser, options: PageOptions = {}): Promise<OpenedPage> {
  const { fragment = "", width = 1440, height = 900, colorScheme = "light" } = options;
  const { address = inject("pageAddress") } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme,
    reducedMotion: "reduce",
    acceptDownloads: true,
  });
  const page = await context.newPage();
  if (SLOWED_BY > 1) {
    const session = await context.newCDPSession(page);
    await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWED_BY });
  }
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

/** What is said of the selected group, once it is summed up. */
export function groupSummary(page: Page): Locator {
  return page.locator('[data-testid="group-summary"][aria-busy="false"]');
}

/**
 * Looks at the page by day and by night, as it follows the system's theme while it is open: what
 * a theme changes needs no visit of its own.
 */
export async function inBothThemes(
  page: Page,
  look: (theme: "light" | "dark") => Promise<void>,
): Promise<void> {
  for (const theme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
    await expect
      .poll(() => page.evaluate(() => document.documentElement.dataset.theme))
      .toBe(theme);
    await nextPicture(page);
    await look(theme);
  }
}

/** Waits until the browser has drawn what has changed. */
async function nextPicture(page: Page): Promise<void> {
  await page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  );
}

/** Gives the page a file as the file dialog would. */
export async function chooseFile(page: Page, name: string, bytes: Uint8Array): Promise<void> {
  await page.getByTestId("model-input").setInputFiles({
    name,
    mimeType: "application/octet-stream",
    buffer: Buffer.from(bytes),
  });
}

/** Drops a file on a part of the page as a person does: over it first, then let go. */
export async function dropFile(
  page: Page,
  name: string,
  bytes: Uint8Array,
  on = "body",
): Promise<void> {
  const dataTransfer = await page.evaluateHandle(
    ({ letters, fileName }) => {
      const data = new DataTransfer();
      const content = Uint8Array.from(atob(letters), (letter) => letter.charCodeAt(0));
      data.items.add(new File([content], fileName));
      return data;
    },
    { letters: Buffer.from(bytes).toString("base64"), fileName: name },
  );
  await page.dispatchEvent(on, "dragenter", { dataTransfer });
  await page.dispatchEvent(on, "drop", { dataTransfer });
}

/** On a phone the exports are behind a button. */
export async function showExports(page: Page): Promise<void> {
  const menu = page.locator('[data-testid="share-menu"][aria-expanded="false"]');
  if (await menu.isVisible()) await menu.click();
}

/** The file that a click downloads. */
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
