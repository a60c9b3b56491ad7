import type { CallRecords } from '../calls/index.js'
import type { Metrics } from '../server/index.js'
import type { Store } from '../store/index.js'

/** Records that are counted as they are written. */
export function countedRecords(store: Store, metrics: Metrics): CallRecords {
  return {
    callStarted(call) {
      metrics.callStarted()
      store.callStarted(call)
    },
    callUpdated: (sid, changes) => store.callUpdated(sid, changes),
    callMeasured: (sid, at, quality) => store.callMeasured(sid, at, quality),
    callEnded(sid, end, quality) {
      metrics.callEnded(end.status ?? 'failed')
      if (quality)
        metrics.mediaQuality({ packetsLost: quality.received.lost, jitterMs: quality.received.jitterMs })
      store.callEnded(sid, end)
    },
    sessionStarted: (session) => store.sessionStarted(session),
    sessionEnded: (id, end) => store.sessionEnded(id, end),
    timeline(event) {
      metrics.timeline(event)
      store.timeline(event)
    },
  }
}
