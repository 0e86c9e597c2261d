import { main } from "assemblyscript/asc";
import type { Plugin } from "vite";

/** Ending of an import that asks for a module compiled from AssemblyScript. */
const QUERY = "?assembly";

/**
 * Compiles `import bytes from "./index.ts?assembly"`: an AssemblyScript entry file becomes the
 * bytes of a WebAssembly module. They travel inside the code, so that a page, a worker, the
 * command line and a test load them alike, and none has to fetch a file.
 */
export function assemblyScript(): Plugin {
  return {
    name: "assembly-script",
    enforce: "pre",
    async load(id) {
      if (!id.endsWith(QUERY)) return null;
      const bytes = await compile(id.slice(0, -QUERY.length));
      return `export default Uint8Array.from([${bytes.join()}]);`;
    },
  };
}

async function compile(entry: string): Promise<Uint8Array> {
  let compiled: Uint8Array | null = null;
  const { error, stderr } = await main(
    [
      entry,
      "--outFile",
      "module.wasm",
      "-O3",
      "--noAssert",
      "--runtime",
      "stub",
      "--enable",
      "simd",
    ],
    {
      writeFile: (name, contents) => {
        if (name.endsWith("module.wasm") && typeof contents !== "string") compiled = contents;
      },
    },
  );
  if (error !== null || compiled === null) throw new Error(`${entry}: ${error}\n${stderr}`);
  return compiled;
}
