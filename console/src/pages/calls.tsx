import { useMemo, useState, useSyncExternalStore } from 'react'
import { type ListFilter, ListStore } from '../api/list-store.js'
import type { CallRecord } from '../api/types.js'
import { text } from '../messages.js'
import { duration, moment, problemTitle } from '../model/format.js'
import { Columns, Failure, LiveSign, StatusSign } from '../parts/small.js'
import { useTitle } from '../parts/title.js'
import { useNow } from '../parts/use-now.js'
import { go, type Place } from '../router.js'

const statuses = [
  'queued',
  'ringing',
  'in-progress',
  'completed',
  'busy',
  'no-answer',
  'canceled',
  'failed',
] as const

/** Live and past calls. The filter is in the address, so that it can be shared and gone back to. */
export function CallsPage({ place }: { readonly place: Place }) {
  useTitle(text.calls.title)
  const words = place.query.toString()
  const filter = useMemo(() => filterOf(new URLSearchParams(words)), [words])
  const store = useMemo(() => new ListStore(filter), [filter])
  const { calls, more, loaded, live, error } = useSyncExternalStore(store.subscribe, store.get)
  return (
    <>
      <div className="title">
        <h1>{text.calls.title}</h1>
        <LiveSign state={live} />
      </div>
      <Filters words={words} />
      {error && <Failure error={error} />}
      {calls.length > 0 && <Table calls={calls} />}
      {loaded && !error && calls.length === 0 && (
        <p className="quiet">{words === '' ? text.calls.none : text.calls.noMatch}</p>
      )}
      {more && (
        <button type="button" onClick={store.more}>
          {text.calls.more}
        </button>
      )}
    </>
  )
}

function Filters({ words }: { readonly words: string }) {
  const query = new URLSearchParams(words)
  const [search, setSearch] = useState(query.get('search') ?? '')
  const set = (name: string, value: string): void => {
    const changed = new URLSearchParams(words)
    if (value === '') changed.delete(name)
    else changed.set(name, value)
    const tail = changed.toString()
    go(tail === '' ? '#/calls' : `#/calls?${tail}`, { replace: true })
  }
  const flag = (name: 'live' | 'troubled') => (
    <label className="check">
      <input
        type="checkbox"
        checked={query.get(name) === 'true'}
        onChange={({ target }) => set(name, target.checked ? 'true' : '')}
      />
      {text.calls[name]}
    </label>
  )
  const date = (name: 'from' | 'until') => (
    <label>
      {text.calls[name]}
      <input type="date" value={query.get(name) ?? ''} onChange={({ target }) => set(name, target.value)} />
    </label>
  )
  return (
    <search className="filters">
      <label className="grow">
        <span className="hidden">{text.calls.search}</span>
        <input
          type="search"
          placeholder={text.calls.search}
          value={search}
          onChange={({ target }) => {
            setSearch(target.value)
            set('search', target.value.trim())
          }}
        />
      </label>
      <label>
        <span className="hidden">{text.calls.status}</span>
        <select value={query.get('status') ?? ''} onChange={({ target }) => set('status', target.value)}>
          <option value="">{text.calls.any}</option>
          {statuses.map((status) => (
            <option key={status} value={status}>
              {text.status[status]}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span className="hidden">{text.calls.direction}</span>
        <select
          value={query.get('direction') ?? ''}
          onChange={({ target }) => set('direction', target.value)}
        >
          <option value="">{text.calls.bothWays}</option>
          <option value="inbound">{text.calls.inbound}</option>
          <option value="outbound">{text.calls.outbound}</option>
        </select>
      </label>
      {date('from')}
      {date('until')}
      {flag('live')}
      {flag('troubled')}
    </search>
  )
}

function Table({ calls }: { readonly calls: readonly CallRecord[] }) {
  const { columns } = text.calls
  return (
    <table className="calls">
      <Columns labels={columns} />
      <tbody>
        {calls.map((call) => (
          <Row key={call.callSid} call={call} />
        ))}
      </tbody>
    </table>
  )
}

function Row({ call }: { readonly call: CallRecord }) {
  const { callSid, from, to, dialled, direction, status, startedAt, codec, problems } = call
  const target = direction === 'inbound' ? dialled : to
  return (
    <tr>
      <td>
        <StatusSign status={status} />
      </td>
      <td data-label={text.calls.columns.parties}>
        <span role="img" aria-label={text.calls[direction]}>
          {direction === 'inbound' ? '↙' : '↗'}
        </span>{' '}
        <a href={`#/calls/${callSid}`}>
          {from} → {target}
        </a>
      </td>
      <td data-label={text.calls.columns.started}>{moment(startedAt)}</td>
      <td data-label={text.calls.columns.length}>
        <Length call={call} />
      </td>
      <td data-label={text.calls.columns.codec}>{codec ?? ''}</td>
      <td data-label={text.calls.columns.problems}>
        {problems ? (
          problems.map(({ code, severity, count, detail }) => (
            <span key={code} className={`sign ${severity === 'error' ? 'bad' : 'warn'}`} title={detail}>
              {problemTitle(code)}
              {count > 1 && ` ${text.problems.times(count)}`}
            </span>
          ))
        ) : (
          <span className="hidden">{text.calls.fine}</span>
        )}
      </td>
    </tr>
  )
}

/** Of a live call it grows. */
function Length({ call: { answeredAt, endedAt } }: { readonly call: CallRecord }) {
  const now = useNow(endedAt === null)
  return answeredAt === null ? '' : duration(Math.max(0, (endedAt ?? now) - answeredAt))
}

function filterOf(query: URLSearchParams): ListFilter {
  const time = (name: string, addDays = 0): number | undefined => {
    const given = query.get(name)
    if (!given) return undefined
    const day = new Date(`${given}T00:00`)
    day.setDate(day.getDate() + addDays)
    return day.getTime()
  }
  return {
    search: query.get('search') ?? '',
    status: query.get('status') ?? '',
    direction: query.get('direction') ?? '',
    live: query.get('live') === 'true' || undefined,
    troubled: query.get('troubled') === 'true' || undefined,
    from: time('from'),
    until: time('until', 1),
  }
}
