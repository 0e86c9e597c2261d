import { execFileSync, spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

/** Names under which a Chrome or Chromium stands on the PATH. */
const COMMANDS = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "chrome",
];

/** Where installers put it outside the PATH. */
const USUAL_PLACES = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe",
];

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function installedBrowser(): string | null {
  const named = process.env.CHROME_PATH;
  if (named !== undefined) return isExecutable(named) ? named : null;
  const onPath = (process.env.PATH ?? "")
    .split(delimiter)
    .flatMap((folder) => COMMANDS.map((command) => join(folder, command)));
  const found = [...onPath, ...USUAL_PLACES].find(isExecutable);
  if (found !== undefined) return found;
  return existsSync(chromium.executablePath()) ? chromium.executablePath() : null;
}

/** Debian and its relatives as root: the distribution's package. Elsewhere: Playwright's build. */
function installBrowser(): string {
  const isRoot = process.getuid?.() === 0;
  if (isRoot && spawnSync("apt-get", ["--version"]).status === 0) {
    execFileSync("apt-get", ["update", "-qq"], { stdio: "ignore" });
    execFileSync("apt-get", ["install", "-y", "-qq", "chromium", "fonts-liberation"], {
      stdio: "ignore",
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
    return "installed Debian's chromium package";
  }
  execFileSync(process.execPath, [playwrightCommand(), "install", "chromium"], {
    stdio: "inherit",
  });
  return "downloaded Playwright's Chromium";
}

function playwrightCommand(): string {
  return join(import.meta.dirname, "../../node_modules/playwright-core/cli.js");
}

/**
 * The browser for the tests: an installed Chrome or Chromium (CHROME_PATH names
 * one), or a fresh one. Says in one sentence what it did; never skips.
 *
 * @throws Error with what to do where no browser can be had.
 */
export function findOrInstallChromium(): string {
  const installed = installedBrowser();
  if (installed !== null) {
    process.stdout.write(`Browser tests use the installed browser ${installed}.\n`);
    return installed;
  }
  let what: string;
  try {
    what = installBrowser();
  } catch (error) {
    throw new Error(
      "Browser tests need Chrome or Chromium, and it could not be installed; install one and set CHROME_PATH to it.",
      { cause: error },
    );
  }
  const path = installedBrowser();
  if (path === null) throw new Error(`Browser tests ${what}, but no browser was found after that.`);
  process.stdout.write(`Browser tests found no Chrome or Chromium and ${what} (${path}).\n`);
  return path;
}
