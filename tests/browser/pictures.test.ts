import { describe, expect, it } from "vitest";
import { browserForTests, download, expectCleanVisit, loadSample } from "../support/openPage.ts";

const open = browserForTests();

/** Width and height from the header of a PNG file (RFC 2083, IHDR). */
function pngSize(bytes: Buffer): { width: number; height: number } {
  expect(bytes.subarray(1, 4).toString("latin1")).toBe("PNG");
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

describe("exported figures", () => {
  it("carry model, settings and the disclaimer, in every view", async () => {
    const opened = await open();
    const { page } = opened;
    await loadSample(page);
    for (const tab of [/^atlas$/i, /^layer$/i, /filters per layer/i]) {
      await page.getByRole("tab", { name: tab }).first().click();
      if (tab.source === "^layer$") {
        await page.getByTestId("layer-card").first().click();
        await page.locator(".js-plotly-plot .scatterlayer").first().waitFor();
      }
      const svg = (await download(page, "export-figure-svg")).bytes.toString("utf8");
      expect(svg).toContain("brain-unet.onnx");
      expect(svg).toMatch(/not for clinical use/i);
      expect(svg).toMatch(/threshold/i);
      expect(svg).toMatch(/^<svg|^<\?xml/);
      expect(svg).not.toMatch(/<script|javascript:/i);
      const png = await download(page, "export-figure");
      expect(png.name).toMatch(/\.png$/);
      expect(pngSize(png.bytes).width).toBeGreaterThan(1500);
    }
    expectCleanVisit(opened);
    await opened.close();
  });
});
