import react from "@vitejs/plugin-react";
import { defaultClientConditions, defineConfig, type Plugin } from "vite";
import { contentSecurityPolicy, securityHeaders } from "./src/securityHeaders.ts";
import { assemblyScript } from "./vite.assemblyScript.ts";

/** Writes the policy into the built page; the development server needs inline scripts. */
function contentSecurityPolicyMeta(): Plugin {
  return {
    name: "content-security-policy-meta",
    apply: "build",
    transformIndexHtml: () => [
      {
        tag: "meta",
        attrs: { "http-equiv": "Content-Security-Policy", content: contentSecurityPolicy },
        injectTo: "head-prepend",
      },
    ],
  };
}

/** After `npm start`, the address that shows a result at once. */
function sampleAddress(): Plugin {
  return {
    name: "sample-address",
    configurePreviewServer(server) {
      const printUrls = server.printUrls.bind(server);
      server.printUrls = () => {
        printUrls();
        const [address] = server.resolvedUrls?.local ?? [];
        if (address === undefined) return;
        server.config.logger.info(`  With the sample analysed: ${address}#sample=brain-unet`);
      };
    },
  };
}

export default defineConfig(({ command }) => {
  // Whatever the shell or a test runner says, what is built is for users: with another
  // value React and Plotly's modules would be built for development.
  if (command === "build") process.env.NODE_ENV = "production";
  return {
    plugins: [react(), assemblyScript(), contentSecurityPolicyMeta(), sampleAddress()],
    // Relative, so that the built page works from any folder of any static host.
    base: "./",
    define: {
      __CONVATLAS_VERSION__: JSON.stringify(process.env.npm_package_version ?? "development"),
    },
    resolve: {
      // ONNX Runtime with its WebAssembly beside it, not within: the same file serves all pages.
      conditions: ["onnxruntime-web-use-extern-wasm", ...defaultClientConditions],
    },
    build: {
      outDir: "dist/page",
      target: "es2023",
      modulePreload: { polyfill: false },
      // Plotly (1.4 MB) and HDF5 (4.8 MB) are large and load on demand.
      chunkSizeWarningLimit: 5000,
    },
    worker: { format: "es", plugins: () => [assemblyScript()] },
    // Found late, since they load on demand: the development server would reload the page.
    optimizeDeps: {
      include: [
        "plotly.js/lib/core.js",
        "gpu.js",
        "onnxruntime-web/wasm",
        "onnxruntime-web/webgpu",
      ],
    },
    preview: { headers: securityHeaders },
  };
});
