import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { browserForTests, download, expectCleanVisit, loadSample } from "../support/openPage.ts";
import {
  isAmong,
  namesIn,
  numbersIn,
  numbersOf,
  partAt,
  printedParts,
} from "../support/printedNumbers.ts";

const open = browserForTests();

const secondModel = join(import.meta.dirname, "../fixtures/brain-resunet.onnx");

/** Parts of the export that any number may come from: what was analysed, and how. */
const EVERYWHERE = ["model", "settings", "features", "timings"] as const;

/** With fewer the check would hold for want of numbers. */
const FEWEST_CLAIMS = 20;

interface Stranger {
  readonly token: string;
  readonly path: string;
  /** The text that it stands in. */
  readonly near: string;
}

interface Checked {
  /** Numbers that claim to be of a part of the export. */
  readonly claims: number;
  readonly strangers: readonly Stranger[];
}

/** Numbers on the page, and those that are not in the part of the export that they claim to be of. */
async function checked(page: Page): Promise<Checked> {
  const parts = await printedParts(page);
  const json: unknown = JSON.parse((await download(page, "export-json")).bytes.toString("utf8"));
  const names = namesIn(json);
  const common = EVERYWHERE.map((path) => partAt(json, path));
  let claims = 0;
  const strangers = parts.flatMap(({ path, text }) => {
    const part = path === "" ? withoutKernels(json) : partAt(json, path);
    // What claims to show a part that is not there has no number at all.
    const numbers = numbersOf(part === undefined ? [] : [part, ...common]);
    const printed = numbersIn(text, names);
    if (path !== "") claims += printed.length;
    return printed
      .filter((number) => !isAmong(number, numbers))
      .map(({ token, unit }) => ({ token: token + unit, path, near: near(text, token) }));
  });
  return { claims, strangers };
}

/** What stands in no container must be among what is said of layers and of the model. */
function withoutKernels(json: unknown): unknown {
  return JSON.parse(JSON.stringify(json, (key, value) => (key === "kernels" ? null : value)));
}

function near(text: string, token: string): string {
  const at = text.indexOf(token);
  return text
    .slice(Math.max(0, at - 60), at + 40)
    .replace(/\s+/g, " ")
    .trim();
}

async function tab(page: Page, name: string): Promise<void> {
  await page.getByRole("tab", { name, exact: true }).click();
}

async function openLayer(page: Page, name: string): Promise<void> {
  await page.locator(`[data-testid="layer-card"][data-layer="${name}"]`).click();
  await page.locator(".js-plotly-plot .point").first().waitFor({ state: "attached" });
}

/** Views in the order of a visit; each leads on from the one before. */
const VISIT: readonly (readonly [state: string, reach: (page: Page) => Promise<void>])[] = [
  ["atlas", async () => {}],
  ["layer", (page) => openLayer(page, "decoder.1.conv2")],
  [
    "selected cluster",
    async (page) => {
      await page.getByTestId("select-cluster").nth(1).click();
      await page.getByTestId("group-summary").getByText("kernels").first().waitFor();
    },
  ],
  [
    "kernel",
    async (page) => {
      await page.locator(".layer-plot").focus();
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("Enter");
      await page.getByTestId("neighbour").first().waitFor();
    },
  ],
  ["filters per layer", (page) => tab(page, "Filters per layer")],
  ["table of kernels", (page) => tab(page, "Table")],
  [
    "table of layers",
    (page) => page.getByRole("tabpanel").getByText("Layers", { exact: true }).click(),
  ],
  [
    "report",
    async (page) => {
      await tab(page, "Report");
      await page.getByTestId("answer-filters").waitFor();
    },
  ],
  [
    "comparison",
    async (page) => {
      await tab(page, "Compare");
      await page.getByTestId("compare-input").setInputFiles(secondModel);
      await page.getByTestId("comparison-headline").waitFor();
    },
  ],
];

describe("every number on the page", () => {
  it("is in the exported results, in the part that it claims to be of", async () => {
    const opened = await open();
    const { page } = opened;
    await loadSample(page);
    for (const [state, reach] of VISIT) {
      await reach(page);
      await page.waitForTimeout(300);
      const { claims, strangers } = await checked(page);
      expect(strangers, state).toEqual([]);
      expect(claims, state).toBeGreaterThan(FEWEST_CLAIMS);
    }
    expectCleanVisit(opened);
    await opened.close();
  });

  it("is missed where it is not", async () => {
    const opened = await open();
    const { page } = opened;
    await loadSample(page);
    await page.evaluate(() => {
      const stranger = document.createElement("p");
      stranger.setAttribute("data-result", "totals");
      stranger.textContent = "123.4567 kernels";
      document.body.append(stranger);
    });
    const { strangers } = await checked(page);
    expect(strangers).toEqual([{ token: "123.4567", path: "totals", near: "123.4567 kernels" }]);
    await opened.close();
  });
});
