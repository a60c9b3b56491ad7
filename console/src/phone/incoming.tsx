import { useEffect, useRef, useSyncExternalStore } from 'react'
import { text } from '../messages.js'
import { useAlarm } from '../parts/title.js'
import { phoneStore } from './phone-store.js'
import { ring } from './ring.js'

/** The call that rings, wherever in the console one is. */
export function Incoming() {
  const { incoming } = useSyncExternalStore(phoneStore.subscribe, phoneStore.get)
  const first = useRef<HTMLButtonElement>(null)
  const from = incoming && (incoming.callerName || incoming.from)
  useEffect(() => {
    if (from === undefined) return
    const before = document.activeElement as HTMLElement | null
    first.current?.focus()
    const silence = ring()
    return () => {
      silence()
      before?.focus?.()
    }
  }, [from])
  useAlarm(from === undefined ? undefined : text.phone.incoming(from))
  if (from === undefined) return null
  return (
    <div role="alertdialog" aria-label={text.phone.incoming(from)} className="incoming">
      <p>{text.phone.incoming(from)}</p>
      <button ref={first} type="button" className="main" onClick={() => void phoneStore.accept()}>
        {phoneStore.busy ? text.phone.acceptInstead : text.phone.accept}
      </button>
      <button type="button" className="stop" onClick={() => phoneStore.reject()}>
        {text.phone.reject}
      </button>
    </div>
  )
}
