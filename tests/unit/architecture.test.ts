import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

/**
 * The import arrow: core <- worker <- ui, and core <- cli. What a layer may import
 * from this project and from outside is listed here and nowhere else.
 */
const LAYERS: Readonly<Record<string, { layers: readonly string[]; packages: readonly string[] }>> =
  {
    core: {
      layers: ["core"],
      packages: [
        "@cornerstonejs/codec-charls",
        "@cornerstonejs/codec-libjpeg-turbo-8bit",
        "@cornerstonejs/codec-openjpeg",
        "@noble/hashes",
        "@zip.js/zip.js",
        "dicom-parser",
        "gpu.js",
        "h5wasm",
      ],
    },
    worker: { layers: ["worker", "core"], packages: ["onnxruntime-web"] },
    ui: {
      layers: ["ui", "worker", "core"],
      packages: ["react", "react-dom", "zustand", "plotly.js"],
    },
    cli: { layers: ["cli", "core"], packages: [] },
  };

/** Above this a file has more than one reason to be opened. */
const LINES_AT_MOST = 400;

const root = fileURLToPath(new URL("../../", import.meta.url));
const files = sourceFiles("src");

function sourceFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => join(folder, path));
}

function importsOf(path: string): string[] {
  const text = readFileSync(join(root, path), "utf8");
  const pattern = /(?:from\s+|import\s*\(\s*|import\s+|new URL\(\s*)["']([^"']+)["']/g;
  return [...text.matchAll(pattern)].map((match) => match[1]);
}

function layerOf(path: string): string {
  return path.split(/[\\/]/)[1];
}

function packageOf(specifier: string): string {
  const parts = specifier.split("/");
  return specifier.startsWith("@") ? parts.slice(0, 2).join("/") : parts[0];
}

function violation(path: string, specifier: string): string | null {
  const allowed = LAYERS[layerOf(path)];
  if (allowed === undefined) return null;
  if (specifier.startsWith(".")) {
    const target = relative(root, join(root, dirname(path), specifier));
    return allowed.layers.includes(layerOf(target)) ? null : `${path} imports ${target}`;
  }
  if (layerOf(path) === "cli" && specifier.startsWith("node:")) return null;
  return allowed.packages.includes(packageOf(specifier)) ? null : `${path} imports ${specifier}`;
}

describe("the structure of the source", () => {
  it("knows every folder of src", () => {
    const folders = new Set(files.filter((path) => path.split(/[\\/]/).length > 2).map(layerOf));
    expect([...folders].sort()).toEqual(Object.keys(LAYERS).sort());
  });

  it("imports in one direction only: core <- worker <- ui, core <- cli", () => {
    const violations = files.flatMap((path) =>
      importsOf(path).map((specifier) => violation(path, specifier)),
    );
    expect(violations.filter((found) => found !== null)).toEqual([]);
  });

  it("would notice an import against the arrow", () => {
    expect(violation("src/core/action/x.ts", "../../ui/App.tsx")).not.toBeNull();
    expect(violation("src/core/action/x.ts", "react")).not.toBeNull();
    expect(violation("src/worker/x.ts", "../ui/App.tsx")).not.toBeNull();
    expect(violation("src/ui/x.tsx", "node:fs")).not.toBeNull();
    expect(violation("src/ui/x.tsx", "../core/errors.ts")).toBeNull();
  });

  it(`keeps files at ${LINES_AT_MOST} lines at most`, () => {
    const long = [...files, ...sourceFiles("tests")].filter(
      (path) => readFileSync(join(root, path), "utf8").split("\n").length > LINES_AT_MOST + 1,
    );
    expect(long).toEqual([]);
  });

  it("calls nothing that executes text: no eval, no Function constructor, no innerHTML", () => {
    const forbidden = /\beval\s*\(|new Function\b|dangerouslySetInnerHTML|\.innerHTML\s*=/;
    expect(files.filter((path) => forbidden.test(readFileSync(join(root, path), "utf8")))).toEqual(
      [],
    );
  });
});
