import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium, type Page } from "playwright-core";
import { preview } from "vite";
import { findOrInstallChromium } from "./chromium.ts";

// `npm run screenshots`: pictures of every state of the built page, to be looked at.

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Not committed. */
const FOLDER = join(root, "tests/browser/screenshots");

const SECOND_MODEL = join(root, "tests/fixtures/brain-resunet.onnx");

const SIZES = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
] as const;

/** Fonts and pictures are there, and nothing moves any more. */
const SETTLING_MS = 800;

/** Every layer of the sample, on two busy cores. */
const TEST_TIMEOUT_MS = 240_000;

interface State {
  readonly name: string;
  /** From the state before it. */
  readonly reach: (page: Page) => Promise<void>;
}

async function tab(page: Page, name: string): Promise<void> {
  await page.getByRole("tab", { name, exact: true }).click();
}

async function done(page: Page): Promise<void> {
  await page
    .locator('[data-testid="analysis-status"][data-state="done"]')
    .waitFor({ state: "attached" });
}

/** A visit in the order in which people see the page. */
const STATES: readonly State[] = [
  { name: "landing", reach: async () => {} },
  {
    name: "overview",
    async reach(page) {
      await page.getByTestId("load-sample").click();
      await done(page);
    },
  },
  {
    name: "layer",
    async reach(page) {
      await page.locator('[data-testid="layer-card"][data-layer="decoder.1.conv2"]').click();
      await page.locator(".js-plotly-plot .point").first().waitFor({ state: "attached" });
    },
  },
  {
    name: "cluster",
    async reach(page) {
      await page.getByTestId("select-cluster").first().click();
    },
  },
  {
    name: "inspector",
    async reach(page) {
      await page.locator(".layer-plot").focus();
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("Enter");
      await page.locator(".inspector .kernel-head").waitFor();
    },
  },
  { name: "filters-per-layer", reach: (page) => tab(page, "Filters per layer") },
  { name: "table", reach: (page) => tab(page, "Table") },
  {
    name: "image-lab",
    async reach(page) {
      await tab(page, "Image lab");
      await page.getByTestId("lab-dice").waitFor({ timeout: 60_000 });
    },
  },
  {
    name: "kernel-at-work",
    async reach(page) {
      await tab(page, "A kernel at work");
      await page.getByTestId("kernel-at-work").waitFor();
    },
  },
  {
    name: "put-to-the-test",
    async reach(page) {
      await tab(page, "Put to the test");
      await page.getByTestId("run-test").click();
      await page.getByTestId("export-test-csv").waitFor({ timeout: TEST_TIMEOUT_MS });
      await page.getByTestId("run-test").getByText("again").waitFor({ timeout: TEST_TIMEOUT_MS });
    },
  },
  {
    name: "report",
    async reach(page) {
      await tab(page, "Report");
      await page.getByTestId("answer-filters").waitFor();
    },
  },
  { name: "compare-empty", reach: (page) => tab(page, "Compare") },
  {
    name: "compare",
    async reach(page) {
      await page.getByTestId("compare-input").setInputFiles(SECOND_MODEL);
      await page.getByTestId("comparison-headline").waitFor();
    },
  },
  {
    name: "help",
    async reach(page) {
      await page.locator(".view-panel").focus();
      await page.keyboard.press("?");
    },
  },
];

async function main(): Promise<void> {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const server = await preview({ root, preview: { port: 0, open: false }, logLevel: "error" });
  const [address] = server.resolvedUrls?.local ?? [];
  if (address === undefined) throw new Error("The built page could not be served; build it first.");
  const browser = await chromium.launch({
    executablePath: findOrInstallChromium(),
    args: [...(process.getuid?.() === 0 ? ["--no-sandbox"] : []), "--enable-unsafe-swiftshader"],
  });
  for (const size of SIZES) {
    for (const colorScheme of ["light", "dark"] as const) {
      const context = await browser.newContext({
        viewport: size,
        colorScheme,
        reducedMotion: "reduce",
      });
      const page = await context.newPage();
      await page.goto(address);
      for (const { name, reach } of STATES) {
        await reach(page);
        await page.waitForTimeout(SETTLING_MS);
        const path = join(FOLDER, `${name}-${size.width}-${colorScheme}.png`);
        // A phone is scrolled: its pictures show all that can be scrolled to.
        await page.screenshot({ path, fullPage: size.width < 720 });
        process.stdout.write(`${path}\n`);
      }
      await context.close();
    }
  }
  await browser.close();
  await server.close();
}

await main();
