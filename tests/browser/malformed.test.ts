import { describe, expect, it } from "vitest";
import { MALFORMED_FILES } from "../support/malformedFiles.ts";
import {
  browserForTests,
  chooseFile,
  expectCleanVisit,
  loadSample,
  waitForState,
} from "../support/openPage.ts";

const open = browserForTests();

/** With a network open, a picture is one to run it on. */
const REFUSED_BESIDE_A_MODEL = MALFORMED_FILES.filter(({ what }) => what !== "a picture");

describe("files that cannot be used", () => {
  it("each get their own plain sentence, and the analysis on screen stays", async () => {
    const opened = await open();
    const { page } = opened;
    await loadSample(page);
    const sentences: string[] = [];
    for (const { what, name, bytes, sentence } of REFUSED_BESIDE_A_MODEL) {
      await chooseFile(page, name, bytes);
      await waitForState(page, "error");
      const alert = page.getByRole("alert");
      await expect.poll(() => alert.innerText(), { message: what }).toMatch(sentence);
      expect(await alert.innerText()).not.toMatch(/\bat \w+.*:\d+:\d+/);
      sentences.push(await alert.innerText());
      expect(await page.getByTestId("layer-card").count()).toBe(18);
      expect(await page.getByTestId("export-json").isEnabled()).toBe(true);
    }
    expect(new Set(sentences).size).toBe(REFUSED_BESIDE_A_MODEL.length);
    expectCleanVisit(opened);
    await opened.close();
  });

  it("are refused on the landing page too, and the next file works", async () => {
    const opened = await open();
    const [empty] = MALFORMED_FILES;
    const pictures = MALFORMED_FILES.filter((file) => !REFUSED_BESIDE_A_MODEL.includes(file));
    expect(pictures).toHaveLength(1);
    for (const { name, bytes, sentence } of [empty, ...pictures]) {
      await chooseFile(opened.page, name, bytes);
      await waitForState(opened.page, "error");
      await expect.poll(() => opened.page.getByRole("alert").innerText()).toMatch(sentence);
    }
    await loadSample(opened.page);
    expect(await opened.page.getByRole("alert").count()).toBe(0);
    expectCleanVisit(opened);
    await opened.close();
  });
});
