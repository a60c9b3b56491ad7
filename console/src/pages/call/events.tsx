import { useDeferredValue, useMemo, useState } from 'react'
import type { TimelineEvent } from '../../api/types.js'
import { text } from '../../messages.js'
import { Moment } from '../../parts/player.js'
import { Body } from '../../parts/small.js'
import { type Opening, VirtualList } from '../../parts/virtual-list.js'

interface EventsViewProps {
  readonly events: readonly TimelineEvent[]
  readonly live: boolean
}

/** The timeline as it was written, by sequence number. */
export function EventsView({ events, live }: EventsViewProps) {
  const [search, setSearch] = useState('')
  const wanted = useDeferredValue(search.trim().toLowerCase())
  const shown = useMemo(
    () => (wanted === '' ? events : events.filter((event) => wordsOf(event).includes(wanted))),
    [events, wanted],
  )
  if (events.length === 0) return <p className="quiet">{text.events.empty}</p>
  return (
    <>
      <label className="filter">
        <span className="hidden">{text.events.search}</span>
        <input
          type="search"
          placeholder={text.events.search}
          value={search}
          onChange={({ target }) => setSearch(target.value)}
        />{' '}
        <span className="quiet" role="status">
          {text.events.count(shown.length)}
        </span>
      </label>
      <VirtualList
        label={text.call.tabs.events}
        items={shown}
        keyOf={({ sessionId, sequenceNumber }) => `${sessionId}-${sequenceNumber}`}
        fixed
        stick={live && wanted === ''}
        row={(event, opening) => <EventRow event={event} {...opening} />}
      />
    </>
  )
}

interface EventRowProps extends Opening {
  readonly event: TimelineEvent
}

function EventRow({ event, open, toggle }: EventRowProps) {
  const { sequenceNumber, at, name, data } = event
  const gist = JSON.stringify(data)
  return (
    <div className="row">
      <span className="number">{sequenceNumber}</span>
      <Moment at={at} />
      <details open={open} onToggle={({ currentTarget }) => toggle(currentTarget.open)}>
        <summary>
          <strong>{name}</strong> <span className="gist">{gist === '{}' ? '' : gist.slice(0, 300)}</span>
        </summary>
        {open && <Body>{JSON.stringify(data, null, 2)}</Body>}
      </details>
    </div>
  )
}

function wordsOf({ sequenceNumber, name, data }: TimelineEvent): string {
  return `${sequenceNumber} ${name} ${JSON.stringify(data)}`.toLowerCase()
}
