import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/**
 * The page loads nothing but its own files. RPC, gateways and relayer are the user's choice, so requests may go to any
 * host over http(s); what they answer is never run. Requests to other schemes, frames and forms are closed.
 */
const policy = [
  "default-src 'self'",
  // The kernel that derives contact numbers is WebAssembly of our own files.
  "script-src 'self' 'wasm-unsafe-eval'",
  "connect-src 'self' http: https:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/** Only in the built page: the development server's hot reload needs an inline script. */
function contentSecurityPolicy(): Plugin {
  return {
    name: "content-security-policy",
    apply: "build",
    transformIndexHtml: () => [
      {
        tag: "meta",
        attrs: { "http-equiv": "Content-Security-Policy", content: policy },
        injectTo: "head-prepend",
      },
    ],
  };
}

export default defineConfig({
  // Relative addresses: the page works from any folder of any static host, and from an IPFS gateway.
  base: "./",
  plugins: [react(), tailwindcss(), contentSecurityPolicy()],
  worker: { format: "es" },
  build: { target: "es2022", assetsInlineLimit: 0, modulePreload: { polyfill: false } },
});
