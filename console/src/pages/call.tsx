import { useMemo, useSyncExternalStore } from 'react'
import { CallStore } from '../api/call-store.js'
import { text } from '../messages.js'
import { Failure, LiveSign } from '../parts/small.js'
import type { Place } from '../router.js'
import { CallDetails } from './call/details.js'

/** One call, live or over. */
export default function CallPage({ place }: { readonly place: Place }) {
  const store = useMemo(() => new CallStore(place.id), [place.id])
  const { view, live, error } = useSyncExternalStore(store.subscribe, store.get)
  return (
    <>
      <p>
        <a href="#/calls">← {text.call.back}</a>
      </p>
      {error && <Failure error={error} />}
      {!view && !error && <p className="quiet">{text.loading}</p>}
      {view && (
        <CallDetails view={view} query={place.query} address={`#/calls/${place.id}`}>
          {view.call.endedAt === null && <LiveSign state={live} />}
          <a className="button" href={`/api/calls/${view.call.callSid}/download`} download>
            {text.call.download}
          </a>
        </CallDetails>
      )}
    </>
  )
}
