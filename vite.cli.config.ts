import { defineConfig } from "vite";
import { assemblyScript } from "./vite.assemblyScript.ts";

/** The command line for Node, and its computing threads; dependencies are left to node_modules. */
export default defineConfig({
  plugins: [assemblyScript()],
  define: {
    __CONVATLAS_VERSION__: JSON.stringify(process.env.npm_package_version ?? "development"),
  },
  publicDir: false,
  build: {
    ssr: true,
    outDir: "dist/cli",
    target: "node20",
    rollupOptions: {
      input: ["src/cli/convatlas.ts", "src/cli/measuringThread.ts"],
      output: { entryFileNames: "[name].js", chunkFileNames: "[name]-[hash].js" },
    },
  },
});
