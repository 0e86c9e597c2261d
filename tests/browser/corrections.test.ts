import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { violations } from "../support/axe.ts";
import type { ResultsFile } from "../support/checkAgainstReference.ts";
import {
  browserForTests,
  chooseFile,
  download,
  expectCleanVisit,
  waitForState,
} from "../support/openPage.ts";

const open = browserForTests();
const weights = readFileSync(
  join(import.meta.dirname, "../fixtures/samples/brain-unet.safetensors"),
);

describe("correcting what a file of weights does not say", () => {
  it("changes grid, role and reading in one go, exports them and keeps them for the file", async () => {
    const opened = await open();
    const { page } = opened;
    await chooseFile(page, "brain-unet.safetensors", weights);
    await waitForState(page, "done");
    expect(await page.getByTestId("check-layers").isVisible()).toBe(true);

    // By keyboard: the dialog is the only way to tell what the file does not.
    await page.getByTestId("check-layers").focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByTestId("corrections");
    await dialog.getByLabel("Side of the input image").fill("256");
    await dialog.getByLabel("Role of bottleneck.conv1").selectOption("encoder");
    const map = dialog.getByLabel("Map that decoder.0.conv1 receives");
    await map.fill("16");
    await map.blur();
    const reading = dialog.getByLabel("How the weights of encoder.3.conv1 are read");
    await reading.selectOption("in,out/g,h,w");
    await dialog.getByLabel("Move encoder.0.conv2 earlier").click();
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Apply" }).click();
    await dialog.waitFor({ state: "hidden" });
    await waitForState(page, "done");

    const { bytes } = await download(page, "export-json");
    const results: ResultsFile = JSON.parse(bytes.toString());
    expect(results.settings.corrections).toMatchObject({
      inputSide: 256,
      layers: {
        "bottleneck.conv1": { role: "encoder" },
        "decoder.0.conv1": { mapSize: [16, 16] },
        "encoder.3.conv1": { layout: "in,out/g,h,w" },
      },
    });
    expect(results.layers.slice(0, 2).map(({ name }) => name)).toEqual([
      "encoder.0.conv2",
      "encoder.0.conv1",
    ]);
    const layer = (name: string) => results.layers.find((one) => one.name === name);
    expect(layer("encoder.2.conv1")).toMatchObject({ grid: [64, 64], gridSource: "settings" });
    expect(layer("decoder.0.conv1")).toMatchObject({ grid: [16, 16], gridSource: "settings" });
    expect(layer("bottleneck.conv1")).toMatchObject({ role: "encoder" });
    expect(layer("encoder.3.conv1")).toMatchObject({ op: "ConvTranspose2d" });

    await page.reload();
    await chooseFile(page, "brain-unet.safetensors", weights);
    await page.getByText("5 corrections by you.").waitFor({ timeout: 60_000 });
    await waitForState(page, "done");
    expectCleanVisit(opened);
    await opened.close();
  });

  it("leaves all as it was when cancelled, and undoes all corrections at once", async () => {
    const opened = await open({ width: 390, height: 844, colorScheme: "dark" });
    const { page } = opened;
    await chooseFile(page, "brain-unet.safetensors", weights);
    await waitForState(page, "done");
    await page.getByTestId("check-layers").click();
    const dialog = page.getByTestId("corrections");
    expect(await violations(page)).toEqual([]);
    await dialog.getByLabel("Side of the input image").fill("128");
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    expect(await page.getByText(/corrections? by you/).count()).toBe(0);

    await page.getByTestId("check-layers").click();
    await dialog.getByLabel("Side of the input image").fill("128");
    await dialog.getByRole("button", { name: "Apply" }).click();
    await page.getByText("1 correction by you.").waitFor();
    await waitForState(page, "done");
    await page.getByTestId("check-layers").click();
    await dialog.getByRole("button", { name: "Undo all corrections" }).click();
    expect(await dialog.getByLabel("Side of the input image").inputValue()).toBe("");
    await dialog.getByRole("button", { name: "Apply" }).click();
    await dialog.waitFor({ state: "hidden" });
    await waitForState(page, "done");
    await page
      .getByText(/64 × 64 is assumed/)
      .first()
      .waitFor();
    expectCleanVisit(opened);
    await opened.close();
  });
});
