import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { build, type PreviewServer, preview } from "vite";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { securityHeaders } from "../../src/securityHeaders.ts";
import { DISTANCE_TOLERANCE } from "../support/reference.ts";

/** Adapters in software, for machines without a graphics card. */
const ADAPTERS: Readonly<Record<string, readonly string[]>> = {
  webgpu: [
    "--enable-unsafe-webgpu",
    "--use-webgpu-adapter=swiftshader",
    "--enable-features=Vulkan",
    "--enable-unsafe-swiftshader",
  ],
  webgl2: ["--enable-unsafe-swiftshader"],
  webasm: [],
};

const root = join(import.meta.dirname, "enginePage");
let folder: string;
let server: PreviewServer;

/** The page of the engines, built for production and served under the policy of the app. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "convatlas-engines-"));
  const shared = { root, configFile: false, logLevel: "error" } as const;
  await build({
    ...shared,
    build: { outDir: folder, emptyOutDir: true, target: "es2023" },
    worker: { format: "es" },
  });
  server = await preview({
    ...shared,
    build: { outDir: folder },
    preview: { port: 0, open: false, headers: securityHeaders },
  });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

/** Opens the page in a browser of its own, and checks one engine there. */
async function checked(engine: string, adapters: readonly string[], loseDevice = false) {
  const browser = await chromium.launch({
    executablePath: inject("chromiumPath"),
    args: [...(process.getuid?.() === 0 ? ["--no-sandbox"] : []), ...adapters],
  });
  try {
    const page = await browser.newPage();
    const refused: string[] = [];
    page.on("console", (message) => {
      if (/Content Security Policy|unsafe-eval/.test(message.text())) refused.push(message.text());
    });
    await page.goto(server.resolvedUrls?.local[0] ?? "");
    const report = await page.evaluate((task) => window.checkEngine(task), { engine, loseDevice });
    expect(refused).toEqual([]);
    return report;
  } finally {
    await browser.close();
  }
}

describe("engines in a production build under the app's policy", () => {
  it.each(Object.entries(ADAPTERS))(
    "agree with the exact distances: %s",
    async (name, adapters) => {
      const report = await checked(name, adapters);
      if (report.kind === "failed") throw new Error(`${report.code}: ${report.details}`);
      for (const found of report.found) {
        expect(found).toMatchObject({ labels: 0, gaps: 0 });
        expect(found.distance, found.request).toBeLessThan(DISTANCE_TOLERANCE);
      }
    },
  );

  it.each(["webgpu", "webgl2"])("say that a device was lost: %s", async (name) => {
    const report = await checked(name, ADAPTERS[name], true);
    expect(report).toMatchObject({ kind: "failed", answered: 1, code: "engine-unavailable" });
  });

  it.each(["webgpu", "webgl2"])("say that there is no adapter: %s", async (name) => {
    const report = await checked(name, ["--disable-gpu", "--disable-software-rasterizer"]);
    expect(report).toMatchObject({ kind: "failed", answered: 0, code: "engine-unavailable" });
  });
});
