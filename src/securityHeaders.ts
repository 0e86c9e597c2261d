/**
 * What the page may do, as a Content-Security-Policy. Nothing is loaded from or
 * sent to another origin: a model that is opened here cannot leave the browser.
 *
 * - `wasm-unsafe-eval`: HDF5 is read by WebAssembly; JavaScript eval stays off.
 * - `style-src 'unsafe-inline'`: Plotly writes style attributes and elements.
 * - `blob:` and `data:` pictures: figures are drawn to PNG in the page.
 */
const DIRECTIVES: readonly string[] = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self' blob:",
  "connect-src 'self'",
  "img-src 'self' blob: data:",
  "style-src 'self' 'unsafe-inline'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
];

/** For a `<meta>` element, so that it holds on hosts whose headers cannot be set. */
export const contentSecurityPolicy = DIRECTIVES.join("; ");

/**
 * Headers of the local server; recommended for any host. The last two isolate the
 * page, which shared memory between workers requires.
 */
export const securityHeaders: Readonly<Record<string, string>> = {
  "Content-Security-Policy": `${contentSecurityPolicy}; frame-ancestors 'none'`,
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};
