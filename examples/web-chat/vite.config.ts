import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { emoji } from './scripts/emoji'

/** Where `relaychat serve` listens by default. */
const engine = process.env.RELAY_ENGINE_URL ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [react(), tailwindcss(), emoji()],
  // The client finds its .wasm file beside its own module: pre-bundling would move it away.
  optimizeDeps: { exclude: ['@relaychat/client'] },
  resolve: { dedupe: ['react', 'react-dom'] },
  build: {
    target: 'es2024',
    // The page's policy allows scripts and images of its own origin only, so nothing is inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    // The client's fallback for servers that mishandle .wasm carries it as text; few ever load it.
    chunkSizeWarningLimit: 1_200,
  },
  server: {
    proxy: {
      '/v1': { target: engine, ws: true },
      '/api': engine,
      '/_/': engine,
    },
  },
})
