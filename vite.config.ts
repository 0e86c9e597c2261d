import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import { contentSecurityPolicy, securityHeaders } from "./src/securityHeaders.ts";

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

export default defineConfig({
  plugins: [react(), contentSecurityPolicyMeta()],
  // Relative, so that the built page works from any folder of any static host.
  base: "./",
  define: {
    __CONVATLAS_VERSION__: JSON.stringify(process.env.npm_package_version ?? "development"),
  },
  build: { outDir: "dist/page", target: "es2023", modulePreload: { polyfill: false } },
  worker: { format: "es" },
  preview: { headers: securityHeaders },
});
