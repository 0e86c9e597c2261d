import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { preview } from "vite";
import type { TestProject } from "vitest/node";
import { findOrInstallChromium } from "./chromium.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Address of the served production build, with a slash at the end. */
    pageAddress: string;
    chromiumPath: string;
  }
}

const root = fileURLToPath(new URL("../../", import.meta.url));

/**
 * Builds page and command line once and serves the page as `npm start` does: the
 * tests of both run against what users get.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const chromiumPath = findOrInstallChromium();
  execFileSync("npm", ["run", "-s", "build"], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const server = await preview({ root, preview: { port: 0, open: false }, logLevel: "error" });
  const [address] = server.resolvedUrls?.local ?? [];
  if (address === undefined) throw new Error("The built page could not be served.");
  project.provide("pageAddress", address);
  project.provide("chromiumPath", chromiumPath);
  return () => server.close();
}
