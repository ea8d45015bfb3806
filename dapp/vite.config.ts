import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import { VitePWA } from "vite-plugin-pwa";
import { splitTexts } from "./i18n/splitTexts.ts";

/**
 * The page loads nothing but its own files. RPC, gateways and relayer are the user's choice, so requests may go to any
 * host over http(s); what they answer is never run. Frames, forms, plugins and every kind that is not named are closed.
 * Text becomes neither code nor markup: `pwa/trustOwnScripts.ts` says what workers may be made of. Whether others may put
 * the page into a frame only a header of the host can say: `frame-ancestors` does not count in a page.
 */
const policy = [
  "default-src 'none'",
  // The kernel that derives contact numbers is WebAssembly of our own files.
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  // Drawn codes are made on the device.
  "img-src 'self' data: blob:",
  // The camera's picture, where a code is read.
  "media-src 'self' blob:",
  "worker-src 'self'",
  "manifest-src 'self'",
  "connect-src 'self' http: https:",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types default",
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

/** Parts that only whoever opens a wallet needs: nobody else's browser loads or keeps them. */
const isWalletCode = (module: string): boolean =>
  /\/dapp\/wallet\/|\/node_modules\/(@?wagmi|viem|ox|abitype|@tanstack)\//.test(module);

/** Our modules do nothing by being loaded but what their exports need: what nobody uses of them is left out. */
const treeshake = { moduleSideEffects: [{ test: /\/(dapp|protocol)\/.*\.tsx?$/, sideEffects: false }] };

const icons = [
  { src: "icon-192.png", sizes: "192x192", type: "image/png" },
  { src: "icon-512.png", sizes: "512x512", type: "image/png" },
  { src: "icon-maskable-512.png", sizes: "512x512", type: "image/png", purpose: "maskable" },
  { src: "icon.svg", sizes: "any", type: "image/svg+xml" },
];

export default defineConfig({
  // Relative addresses: the page works from any folder of any static host, and from an IPFS gateway.
  base: "./",
  plugins: [
    react(),
    tailwindcss(),
    contentSecurityPolicy(),
    splitTexts("./main.tsx"),
    VitePWA({
      strategies: "injectManifest",
      srcDir: "pwa",
      filename: "serviceWorker.ts",
      registerType: "prompt",
      // pwa/newVersion.ts registers it: the policy allows no script in the page itself.
      injectRegister: false,
      injectManifest: {
        rollupFormat: "iife",
        globPatterns: ["**/*.{html,js,css,svg,png}"],
        globIgnores: ["assets/wallet-*"],
      },
      manifest: {
        name: "Tocsin",
        short_name: "Tocsin",
        description: "Check on this device whether you were near somebody who reported symptoms",
        lang: "en",
        start_url: "./",
        scope: "./",
        display: "standalone",
        background_color: "#f5f6f4",
        theme_color: "#1f5f5b",
        icons,
      },
    }),
  ],
  worker: { format: "es", plugins: () => [splitTexts("./main.tsx")], rolldownOptions: { treeshake } },
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      treeshake,
      optimization: { inlineConst: true },
      output: {
        chunkFileNames: ({ moduleIds }) =>
          `assets/${moduleIds.some(isWalletCode) ? "wallet-" : ""}[name]-[hash].js`,
      },
    },
  },
});
