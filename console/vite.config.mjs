import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const folder = (path) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  root: folder('.'),
  configFile: false,
  cacheDir: folder('../node_modules/.cache/vite'),
  logLevel: 'warn',
  // The relay puts the nonce of an answer in its place.
  html: { cspNonce: 'NONCE' },
  build: {
    outDir: folder('../dist/console'),
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { checks: { pluginTimings: false } },
  },
})
