import { DirectionProvider } from '@base-ui/react/direction-provider'
import type { Client } from '@relaychat/client'
import { RelayProvider, useConnection, useMe } from '@relaychat/client/react'
import { useEffect, useRef, useState } from 'react'
import { Redirect, Route, Switch, useLocation } from 'wouter'
import { Shell } from './chat/shell'
import { joinPath } from './join/join-address'
import { JoinPage } from './join/join-page'
import { LoginPage } from './login/login-page'
import { useSpokenLanguage } from './platform/language'
import { rememberReturn, takeReturn } from './platform/return-to'
import { t } from './strings'
import { ConnectionBanner } from './ui/connection-banner'
import { Fatal } from './ui/fatal'
import { LiveRegion } from './ui/live-region'
import { Splash } from './ui/splash'
import { VerifyPage } from './verify/verify-page'

export function App({ client }: { client: Client }) {
  const language = useSpokenLanguage()
  return (
    <RelayProvider client={client}>
      <DirectionProvider direction={t.direction}>
        {/* Another language is another page: words are read while rendering, and kept nowhere. */}
        <Pages key={language} />
      </DirectionProvider>
      <LiveRegion />
    </RelayProvider>
  )
}

/** Decides between the pages before the chat and the chat: by who is logged in, then by the path. */
function Pages() {
  const me = useMe()
  const connection = useConnection()
  const [path] = useLocation()
  const isDoor = path === '/login' || path === '/verify'

  // Until the stored session has been looked at, nobody knows which page is right, except for who
  // asked for the door itself. Later the client may be connecting again: the page then stays.
  const [isKnown, setIsKnown] = useState(false)
  const isSettled = me !== null || connection.status !== 'connecting'
  useEffect(() => {
    if (isSettled) setIsKnown(true)
  }, [isSettled])

  if (connection.status === 'closed') return <Fatal />
  if (!isKnown && !isSettled && !isDoor) return <Splash />
  if (me === null) {
    if (isDoor) return <Doors />
    if (connection.status === 'signed_out')
      return <ToLogin from={path === joinPath ? path + location.hash : path} />
    // Nothing of the person is on this device: it needs the server, and says so.
    return (
      <>
        <Splash />
        <ConnectionBanner />
      </>
    )
  }
  if (isDoor) return <GoOn />
  if (path === joinPath) {
    return (
      <>
        <JoinPage />
        <ConnectionBanner />
      </>
    )
  }
  return (
    <>
      <Shell />
      <ConnectionBanner />
    </>
  )
}

function Doors() {
  return (
    <Switch>
      <Route path="/verify" component={VerifyPage} />
      <Route component={LoginPage} />
    </Switch>
  )
}

function ToLogin({ from }: { from: string }) {
  rememberReturn(from)
  return <Redirect to="/login" replace />
}

/** Logged in: to where they were going. */
function GoOn() {
  const [, navigate] = useLocation()
  const hasGone = useRef(false)
  useEffect(() => {
    if (hasGone.current) return
    hasGone.current = true
    navigate(takeReturn(), { replace: true })
  }, [navigate])
  return <Splash />
}
