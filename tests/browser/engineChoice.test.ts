import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import {
  browserForTests,
  download,
  expectCleanVisit,
  loadSample,
  waitForState,
} from "../support/openPage.ts";

const open = browserForTests();

interface Results {
  readonly warnings: readonly string[];
  readonly timings: { readonly engine: string };
  readonly layers: readonly { readonly kernels: readonly { readonly label: string }[] }[];
}

async function results(page: Page): Promise<Results> {
  return JSON.parse((await download(page, "export-json")).bytes.toString("utf8"));
}

function labelsOf({ layers }: Results): readonly string[] {
  return layers.flatMap(({ kernels }) => kernels.map(({ label }) => label));
}

/** The sample on a small grid, first by the automatic choice, then by `engine`. */
async function computedBy(page: Page, engine: string) {
  await loadSample(page);
  await page.getByLabel("Grid").selectOption("16");
  await waitForState(page, "analyzing");
  await waitForState(page, "done");
  const automatic = await results(page);
  await page.getByTestId("engine").selectOption(engine);
  await waitForState(page, "analyzing");
  await waitForState(page, "done");
  return { automatic, chosen: await results(page) };
}

describe("the choice of the engine", () => {
  it("is followed, told in the page and in the results, and changes no label", async () => {
    const opened = await open();
    const { automatic, chosen } = await computedBy(opened.page, "webasm");
    expect(automatic.timings.engine).toBe("cpu");
    expect(chosen.timings.engine).toBe("webasm");
    expect(labelsOf(chosen)).toEqual(labelsOf(automatic));
    expect(chosen.warnings).toEqual(automatic.warnings);
    expect(await opened.page.getByTestId("computed-by").getAttribute("data-engine")).toBe("webasm");
    expectCleanVisit(opened);
    await opened.close();
  });

  it("that cannot run is replaced by the processor, in words, and the labels are the same", async () => {
    // No adapter is offered to this browser.
    const opened = await open();
    const { automatic, chosen } = await computedBy(opened.page, "webgpu");
    expect(chosen.timings.engine).toBe("cpu");
    expect(labelsOf(chosen)).toEqual(labelsOf(automatic));
    expect(chosen.warnings.join(" ")).toMatch(/WebGPU.*could not be used.*labels are the same/);
    const shown = opened.page.getByTestId("computed-by");
    expect(await shown.getAttribute("data-engine")).toBe("cpu");
    expect(await shown.innerText()).toMatch(/could not be used.*labels are the same/);
    expectCleanVisit(opened);
    await opened.close();
  });
});
