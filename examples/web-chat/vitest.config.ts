import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'
import { emoji } from './scripts/emoji'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

// The pages are tested against scripted people, and against the hooks as they are in the repository,
// so that no WebAssembly has to be built first.
export default defineConfig({
  plugins: [react(), emoji()],
  resolve: {
    dedupe: ['react', 'react-dom'],
    alias: [
      { find: /^@relaychat\/client$/, replacement: at('./dev/fake-client.ts') },
      { find: /^@relaychat\/client\/react$/, replacement: at('../../sdk-wasm/npm/src/react.ts') },
    ],
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.{ts,tsx}'],
    restoreMocks: true,
    // A machine that compiles meanwhile is slow, and slowness is no fault.
    testTimeout: 60_000,
    setupFiles: ['./dev/test-setup.ts'],
  },
})
