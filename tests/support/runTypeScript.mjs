import { runnerImport } from "vite";

// Node below 22 does not read TypeScript: Vite, which is there anyway, reads it for it.
const [file, ...rest] = process.argv.slice(2);
process.argv.splice(1, process.argv.length - 1, file, ...rest);
const { module } = await runnerImport("./vite.assemblyScript.ts", { logLevel: "error" });
await runnerImport(file, { logLevel: "error", plugins: [module.assemblyScript()] });
