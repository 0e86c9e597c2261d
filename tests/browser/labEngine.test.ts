import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { openSampleLab, waitForRun } from "../support/labPage.ts";
import { browserForTests, download, expectCleanVisit } from "../support/openPage.ts";

const open = browserForTests();

async function openDecidedLab(page: Page): Promise<void> {
  await openSampleLab(page);
  await page.locator('[data-testid="lab-engine"][data-decided="true"]').waitFor();
}

/** Every file of ONNX Runtime that the page asks for. */
function runtimeFiles(page: Page): string[] {
  const files: string[] = [];
  page.context().on("request", (request) => {
    const name = request.url().split("/").at(-1) ?? "";
    if (/^ort[.-]/.test(name)) files.push(name);
  });
  return files;
}

describe("on a machine whose graphics are made in software", () => {
  it("the processor runs networks, and the larger ONNX Runtime is not loaded", async () => {
    const opened = await open();
    const { page } = opened;
    const files = runtimeFiles(page);
    await openDecidedLab(page);
    const engine = page.getByTestId("lab-engine");
    expect(await engine.getAttribute("data-provider")).toBe("wasm");
    expect(await page.getByTestId("lab-run").innerText()).toMatch(
      /^\d[\d.]* m?s on the processor \(WebAssembly(, \d threads)?\)\.$/,
    );
    const { lab } = JSON.parse((await download(page, "export-json")).bytes.toString("utf8"));
    expect(lab.run.engine).toMatchObject({ provider: "wasm", measured: null });

    // A person who insists is told why it stays so.
    await page.getByTestId("lab-engine-choice").selectOption("webgpu");
    await engine.getByText("no graphics processor (WebGPU)").waitFor();
    await waitForRun(page);
    expect(await page.getByTestId("lab-run").innerText()).toContain("on the processor");
    expect(files.some((name) => name.endsWith(".wasm"))).toBe(true);
    expect(files.filter((name) => /webgpu|asyncify|jsep|jspi/.test(name))).toEqual([]);
    expectCleanVisit(opened);
    await opened.close();
  });
});
