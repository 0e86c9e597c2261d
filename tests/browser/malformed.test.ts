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

describe("files that cannot be used", () => {
  it("each get their own plain sentence, and the analysis on screen stays", async () => {
    const opened = await open();
    const { page } = opened;
    await loadSample(page);
    const sentences: string[] = [];
    for (const { what, name, bytes, sentence } of MALFORMED_FILES) {
      await chooseFile(page, name, bytes);
      await waitForState(page, "error");
      const alert = page.getByRole("alert");
      await expect.poll(() => alert.innerText(), { message: what }).toMatch(sentence);
      expect(await alert.innerText()).not.toMatch(/\bat \w+.*:\d+:\d+/);
      sentences.push(await alert.innerText());
      expect(await page.getByTestId("layer-card").count()).toBe(18);
      expect(await page.getByTestId("export-json").isEnabled()).toBe(true);
    }
    expect(new Set(sentences).size).toBe(MALFORMED_FILES.length);
    expectCleanVisit(opened);
    await opened.close();
  });

  it("are refused on the landing page too, and the next file works", async () => {
    const opened = await open();
    const [empty] = MALFORMED_FILES;
    await chooseFile(opened.page, empty.name, empty.bytes);
    await waitForState(opened.page, "error");
    expect(await opened.page.getByRole("alert").innerText()).toMatch(empty.sentence);
    await loadSample(opened.page);
    expect(await opened.page.getByRole("alert").count()).toBe(0);
    expectCleanVisit(opened);
    await opened.close();
  });
});
