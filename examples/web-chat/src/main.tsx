import { createClient } from '@relaychat/client'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app'
import { startLanguage } from './platform/language'
import { openOffline } from './platform/offline'
import { startTheme } from './platform/theme'
import './styles.css'

startTheme()
openOffline()

// The engine that serves this page is the engine it talks to.
const client = createClient({ url: location.origin })
void client.connect()

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no element with the id "root"')
await startLanguage()
createRoot(root).render(
  <StrictMode>
    <App client={client} />
  </StrictMode>,
)
