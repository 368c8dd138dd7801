// The pages against a client with scripted people instead of an engine: `npm run dev:fake`.
import { fileURLToPath } from 'node:url'
import { defineConfig, mergeConfig } from 'vite'
import base from '../vite.config'

export default mergeConfig(
  base,
  defineConfig({
    resolve: {
      alias: [
        {
          find: /^@relaychat\/client$/,
          replacement: fileURLToPath(new URL('./fake-client.ts', import.meta.url)),
        },
      ],
    },
    build: { outDir: 'dist/fake' },
  }),
)
