import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Browser, chromium } from "playwright-core";
import { preview } from "vite";
import { hasGraphicsProcessor } from "../../src/worker/lab/providers/adapter.ts";
import { findOrInstallChromium } from "../support/chromium.ts";
import { unlessRefused } from "./labMeasured.ts";
import {
  circumstancesText,
  ONLY_BUNDLED,
  type RunsRow,
  runsText,
  type SpectraRow,
  spectraText,
  type TestRow,
  testsText,
} from "./labReport.ts";
import { choiceText, measureRuns } from "./labRuns.ts";
import { measureSpectra } from "./labSpectra.ts";
import { measureTest } from "./labTest.ts";
import { enterLab, openNetwork, SaidByPage, type Subject } from "./labVisit.ts";

// `npm run bench:lab`: what the built page says about its own speed, in a real Chromium.

const root = fileURLToPath(new URL("../../", import.meta.url));

const USAGE =
  'Usage: npm run bench:lab -- [MODEL [IMAGE]] [--chrome-flags="--enable-unsafe-webgpu ..."]\n';

/** For models that come without an image. */
const USUAL_IMAGE = join(root, "public/samples/slices/slice-006.png");

/** The fastest first: what follows may be waited for in vain. */
const ENGINES = ["cpu", "webgpu", "webgl2", "webasm"] as const;

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** A part of the report, as soon as it is known. */
function tell(text: string): void {
  process.stdout.write(`${text}\n\n`);
}

interface Asked {
  readonly own: Subject["own"];
  readonly flags: readonly string[];
}

/** Null where it is not understood. */
function askedFor(): Asked | null {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { "chrome-flags": { type: "string", default: "" } },
    });
    const [model, image = USUAL_IMAGE, ...others] = positionals;
    const flags = values["chrome-flags"].split(/\s+/).filter((flag) => flag !== "");
    if (others.length > 0) return null;
    return { own: model === undefined ? null : { model, image }, flags };
  } catch {
    return null;
  }
}

/** What the browser offers, in words. */
async function graphicsOf({ browser, address }: Subject) {
  const page = await browser.newPage();
  await page.goto(address);
  const { adapter, renderer } = await page.evaluate(async () => {
    const offered = await navigator.gpu
      ?.requestAdapter({ powerPreference: "high-performance" })
      .catch(() => null);
    const canvas = document.createElement("canvas");
    const context = canvas.getContext("webgl2");
    const extension = context?.getExtension("WEBGL_debug_renderer_info");
    const named = extension && context?.getParameter(extension.UNMASKED_RENDERER_WEBGL);
    const renderer = context ? String(named ?? "unnamed") : null;
    if (offered === null || offered === undefined) return { adapter: null, renderer };
    const { vendor, architecture, description, isFallbackAdapter } = offered.info;
    return { adapter: { vendor, architecture, description, isFallbackAdapter }, renderer };
  });
  await page.close();
  const software = await isSoftware(adapter ?? {});
  const remark = software ? " (in software; the image lab does not use it)" : "";
  const { vendor = "", architecture = "", description = "" } = adapter ?? {};
  const name = [vendor, architecture, description].filter((word) => word !== "").join(", ");
  return {
    webgpu: adapter === null ? "none" : `${name}${remark}`,
    webgl2: await rendererText(renderer),
  };
}

/** By the rule that the page itself follows. */
async function isSoftware(info: Partial<GPUAdapterInfo>): Promise<boolean> {
  return !(await hasGraphicsProcessor({ requestAdapter: async () => ({ info }) }));
}

async function rendererText(renderer: string | null): Promise<string> {
  if (renderer === null) return "none";
  return `${renderer}${(await isSoftware({ vendor: renderer })) ? " (in software)" : ""}`;
}

async function measureEngines(subject: Subject): Promise<void> {
  const rows: SpectraRow[] = [];
  for (const engine of ENGINES) {
    say(`the spectra by ${engine}`);
    // A page for each: one that does not end is closed with it.
    const page = await openNetwork(subject);
    rows.push({ engine, times: await unlessRefused(() => measureSpectra(page, engine)) });
    await page.context().close();
  }
  tell(spectraText(rows));
}

/** The network in the image lab, with each part of the computer insisted on in turn. */
async function measureLab(subject: Subject): Promise<void> {
  const page = await openNetwork(subject);
  try {
    const names = await enterLab(page, subject);
    const choice = await choiceText(page);
    const rows: RunsRow[] = [];
    for (const provider of ["wasm", "webgpu"] as const) {
      say(`the network by ${provider}`);
      const runs = await unlessRefused(() => measureRuns(page, provider, names));
      rows.push({ provider, runs });
    }
    tell(runsText(rows, choice));
    if (subject.own !== null) return tell(ONLY_BUNDLED);
    const tests: TestRow[] = [];
    for (const { provider, runs } of rows) {
      if (runs.kind === "cannot") continue;
      say(`the whole test by ${provider}`);
      tests.push({ provider, test: await unlessRefused(() => measureTest(page, provider)) });
    }
    tell(testsText(tests));
  } finally {
    await page.context().close();
  }
}

async function measure(subject: Subject, browser: Browser): Promise<void> {
  const { own } = subject;
  tell(
    circumstancesText({
      subject: own === null ? "The bundled network" : basename(own.model),
      processor: cpus()[0]?.model ?? "unknown",
      cores: availableParallelism(),
      browser: `Chromium ${browser.version()}`,
      load: loadavg()[0],
      date: new Date().toISOString().slice(0, 10),
      ...(await graphicsOf(subject)),
    }),
  );
  await measureEngines(subject);
  await measureLab(subject);
}

async function main(): Promise<void> {
  const asked = askedFor();
  if (asked === null) {
    process.stderr.write(USAGE);
    process.exitCode = 2;
    return;
  }
  const server = await preview({ root, preview: { port: 0, open: false }, logLevel: "error" });
  const [address] = server.resolvedUrls?.local ?? [];
  if (address === undefined) throw new Error("The built page could not be served; build it first.");
  const folder = mkdtempSync(join(tmpdir(), "convatlas-bench-"));
  const browser = await chromium.launch({
    executablePath: findOrInstallChromium(),
    // Containers run it as root, where Chromium's sandbox cannot start.
    args: [...(process.getuid?.() === 0 ? ["--no-sandbox"] : []), ...asked.flags],
  });
  try {
    const subject = { own: asked.own, browser, address, folder };
    await measure(subject, browser);
  } catch (thrown) {
    if (!(thrown instanceof SaidByPage)) throw thrown;
    say(`The page says: ${thrown.message}`);
    process.exitCode = 2;
  } finally {
    await browser.close();
    await server.close();
    rmSync(folder, { recursive: true });
  }
}

await main();
