import { type ComponentType, lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react'
import { ask, onUnauthorised } from './api/client.js'
import { text } from './messages.js'
import { CallsPage } from './pages/calls.js'
import { SignIn } from './pages/sign-in.js'
import { Shell } from './parts/shell.js'
import { type Place, usePlace } from './router.js'

/** Only what is looked at is loaded; the list of calls comes first. */
const pages: Readonly<Record<string, ComponentType<{ place: Place }>>> = {
  call: lazy(() => import('./pages/call.js')),
  phone: lazy(() => import('./pages/phone.js')),
  flows: lazy(() => import('./pages/flows.js')),
  latency: lazy(() => import('./pages/latency.js')),
  talk: lazy(() => import('./pages/talk.js')),
  open: lazy(() => import('./pages/open.js')),
}

interface Session {
  readonly signedIn: boolean
  readonly keyNeeded: boolean
}

export function App() {
  const place = usePlace()
  const [session, setSession] = useState<Session>({ signedIn: true, keyNeeded: false })
  const look = useCallback(() => {
    ask<Session>('/api/session').then(setSession, () => {})
  }, [])
  useEffect(() => {
    onUnauthorised(() => setSession({ signedIn: false, keyNeeded: true }))
    look()
  }, [look])

  // Who cannot see it has to be told that the page is another one.
  const here = `${place.page}/${place.id}`
  const before = useRef(here)
  useEffect(() => {
    if (before.current === here) return
    before.current = here
    scrollTo(0, 0)
    document.getElementById('content')?.focus({ preventScroll: true })
  }, [here])

  if (!session.signedIn && place.page !== 'open') return <SignIn done={look} />
  const Page = place.page === 'calls' && place.id !== '' ? pages['call'] : pages[place.page]
  return (
    <Shell place={place} signOut={session.keyNeeded ? look : undefined}>
      <Suspense fallback={<p className="quiet">{text.loading}</p>}>
        {Page ? <Page place={place} /> : <CallsPage place={place} />}
      </Suspense>
    </Shell>
  )
}
