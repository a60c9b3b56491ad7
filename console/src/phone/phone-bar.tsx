import { useSyncExternalStore } from 'react'
import { text } from '../messages.js'
import { Incoming } from './incoming.js'
import { phoneStore } from './phone-store.js'

/** The phone on pages that are not its own: what rings, and the call that goes on. */
export function PhoneBar({ page }: { readonly page: string }) {
  const { phone, state, muted, line, incoming } = useSyncExternalStore(phoneStore.subscribe, phoneStore.get)
  const { busy } = phoneStore
  const elsewhere = page !== 'phone'
  if (!incoming && !(elsewhere && (busy || line))) return null
  return (
    <div className="phone-bar">
      <Incoming />
      {elsewhere && (
        <p>
          <a href="#/phone">{text.nav.phone}</a>{' '}
          <span className={`state ${state}`} role="status">
            {busy ? text.phone.state[state] : line && text.phone.registered(line.name)}
          </span>
          {busy && (
            <>
              <button type="button" aria-pressed={muted} onClick={() => phoneStore.mute(!muted)}>
                {muted ? text.phone.unmute : text.phone.mute}
              </button>
              <button type="button" className="stop" onClick={() => phone?.hangup()}>
                {text.phone.hangUp}
              </button>
            </>
          )}
        </p>
      )}
    </div>
  )
}
