import type { ReactNode } from 'react'
import { remove } from '../api/client.js'
import { text } from '../messages.js'
import { PhoneBar } from '../phone/phone-bar.js'
import type { Place } from '../router.js'
import { applyTheme, type Theme, useTheme } from '../theme.js'

const links = ['calls', 'phone', 'flows', 'latency', 'talk', 'open'] as const
const themes: readonly Theme[] = ['auto', 'dark', 'light']

interface ShellProps {
  readonly place: Place
  /** Told after signing out; undefined where nobody has to sign in. */
  readonly signOut: (() => void) | undefined
  readonly children: ReactNode
}

/** What all pages have: where one can go, and how it looks. */
export function Shell({ place, signOut, children }: ShellProps) {
  const theme = useTheme()
  return (
    <>
      <button type="button" className="skip" onClick={() => document.getElementById('content')?.focus()}>
        {text.skip}
      </button>
      <header className="top">
        <a className="brand" href="#/calls">
          {text.name}
        </a>
        <nav aria-label={text.nav.label}>
          {links.map((page) => (
            <a key={page} href={`#/${page}`} aria-current={place.page === page ? 'page' : undefined}>
              {text.nav[page]}
            </a>
          ))}
        </nav>
        <label className="theme">
          <span className="hidden">{text.theme.label}</span>
          <select value={theme} onChange={({ target }) => applyTheme(target.value as Theme)}>
            {themes.map((one) => (
              <option key={one} value={one}>
                {text.theme[one]}
              </option>
            ))}
          </select>
        </label>
        {signOut && (
          <button type="button" onClick={() => remove('/api/session').then(signOut, signOut)}>
            {text.nav.signOut}
          </button>
        )}
      </header>
      <PhoneBar page={place.page} />
      <main id="content" tabIndex={-1}>
        {children}
      </main>
    </>
  )
}
