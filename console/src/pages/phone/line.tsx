import { useState, useSyncExternalStore } from 'react'
import { text } from '../../messages.js'
import { phoneStore } from '../../phone/phone-store.js'

/** Being reachable by a name. */
export function Line() {
  const { line, lineState } = useSyncExternalStore(phoneStore.subscribe, phoneStore.get)
  const [name, setName] = useState(line?.name ?? 'agent')
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
    </section>
  )
}
