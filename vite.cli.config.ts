import { defineConfig } from "vite";

/** The command line: one file for Node, its dependencies left to node_modules. */
export default defineConfig({
  define: {
    __CONVATLAS_VERSION__: JSON.stringify(process.env.npm_package_version ?? "development"),
  },
  publicDir: false,
  build: {
    ssr: "src/cli/convatlas.ts",
    outDir: "dist/cli",
    target: "node20",
    rollupOptions: { output: { entryFileNames: "convatlas.js" } },
  },
});
