import { useEffect, useState } from 'react'
import { ApiError, ask } from '../api/client.js'
import type { FlowList } from '../api/flow-types.js'
import { follow, type LiveState } from '../api/live.js'
import { text } from '../messages.js'
import { Columns, Failure, LiveSign } from '../parts/small.js'
import { useTitle } from '../parts/title.js'
import type { Place } from '../router.js'
import { FlowView } from './flow/flow-view.js'

/** ms that news are collected before the list is read again. */
const collectMs = 250

/** All flows, or one of them. */
export default function FlowsPage({ place }: { readonly place: Place }) {
  if (place.id === '') return <FlowTable />
  return <FlowView key={place.id} sid={place.id} query={place.query} />
}

function FlowTable() {
  useTitle(text.flows.title)
  const [list, setList] = useState<FlowList>()
  const [error, setError] = useState<ApiError>()
  const [live, setLive] = useState<LiveState>('connecting')
  useEffect(() => {
    let over = false
    let stop: (() => void) | undefined
    let timer: number | undefined
    const load = async (): Promise<void> => {
      timer = undefined
      try {
        const read = await ask<FlowList>('/api/flows')
        if (over) return
        setList(read)
        setError(undefined)
        stop ??= follow('/api/flows/live', read.cursor, { execution: later, reset: later }, setLive)
      } catch (thrown) {
        if (!over && thrown instanceof ApiError) setError(thrown)
      }
    }
    const later = (): void => {
      timer ??= window.setTimeout(() => void load(), collectMs)
    }
    void load()
    return () => {
      over = true
      clearTimeout(timer)
      stop?.()
    }
  }, [])
  const { columns } = text.flows
  return (
    <>
      <div className="title">
        <h1>{text.flows.title}</h1>
        <LiveSign state={live} />
      </div>
      {error && <Failure error={error} />}
      {!list && !error && <p className="quiet">{text.loading}</p>}
      {list?.flows.length === 0 && <p className="quiet">{text.flows.none}</p>}
      {list && list.flows.length > 0 && (
        <table className="calls">
          <Columns labels={columns} />
          <tbody>
            {list.flows.map(({ sid, friendlyName, numbers, running, revision, status, errors }) => (
              <tr key={sid}>
                <td>
                  <a href={`#/flows/${sid}`}>{friendlyName}</a>
                </td>
                <td>{numbers.join(', ')}</td>
                <td>{running}</td>
                <td>
                  {text.flows.revision(revision)}{' '}
                  <span className={`sign ${status === 'published' ? 'good' : 'warn'}`}>
                    {text.flows.status[status]}
                  </span>
                  {errors.length > 0 && <span className="sign bad">{text.flows.broken}</span>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  )
}
