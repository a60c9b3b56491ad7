import { useState, useSyncExternalStore } from 'react'
import type { AudioInput } from '../../../../web/types.js'
import { text } from '../../messages.js'
import { phoneStore } from '../../phone/phone-store.js'

/** Being reachable by a name, and what rings. */
export function Line({ input }: { readonly input: AudioInput }) {
  const { line, lineState, incoming } = useSyncExternalStore(phoneStore.subscribe, phoneStore.get)
  const [name, setName] = useState('agent')
  return (
    <section className="registration">
      <form
        className="filters"
        onSubmit={(event) => {
          event.preventDefault()
          if (line) phoneStore.unregister()
          else void phoneStore.register(name.trim())
        }}
      >
        <label className="grow">
          {text.phone.name}
          <input
            required
            pattern="[\w.\-]+"
            disabled={line !== undefined}
            value={name}
            onChange={({ target }) => setName(target.value)}
          />
        </label>
        <button type="submit">{line ? text.phone.unregister : text.phone.register}</button>
      </form>
      {line && (
        <p role="status" className="quiet">
          {lineState === 'registered' ? text.phone.registered(line.name) : text.phone.registering}
        </p>
      )}
      {incoming && (
        <div role="alertdialog" aria-label={text.phone.incoming(incoming.from)} className="incoming">
          <p>{text.phone.incoming(incoming.callerName || incoming.from)}</p>
          <button type="button" className="main" onClick={() => void phoneStore.accept(input)}>
            {text.phone.accept}
          </button>
          <button type="button" className="stop" onClick={() => phoneStore.reject()}>
            {text.phone.reject}
          </button>
        </div>
      )}
    </section>
  )
}
