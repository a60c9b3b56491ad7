import { parentPort, workerData } from 'node:worker_threads'
import type { Kysely } from 'kysely'
import { messageOf, ParleyError } from '../base/errors.js'
import { type CallLogFilter, listCallLog } from './call-log.js'
import { listCallMetrics } from './call-metrics.js'
import { type CallSearch, deleteCall, searchCalls } from './call-search.js'
import { type CommandResultFilter, listCommandResults } from './command-results.js'
import { type ConferenceSearch, searchConferences } from './conferences.js'
import { openDatabase } from './database.js'
import {
  deleteFlowExecution,
  type FlowExecutionFilter,
  listFlowExecutions,
  listFlowSteps,
} from './flow-runs.js'
import type { StoreQueries, StoreReply, StoreRequest, StoreWorkerData } from './port.js'
import {
  getCall,
  getSessions,
  getTimeline,
  getTimelinePage,
  listCalls,
  type TimelinePage,
} from './queries.js'
import type { CallFilter } from './records.js'
import { deleteResource, getResource, listResources, putResource, type ResourceKey } from './resources.js'
import { expire, type Retention } from './retention.js'
import type { Schema } from './schema.js'
import { listTurns, type TurnFilter } from './turn-records.js'
import { listDeliveries, pendingWebhooks, webhookBacklogs } from './webhook-queries.js'
import type { DeliveryFilter, PendingFilter } from './webhook-records.js'
import { applyWrites, settleInterrupted } from './writes.js'

// The store's own thread: SQLite's calls block, so they block here and nowhere else.

const port = parentPort!
const reply = (message: StoreReply): void => port.postMessage(message)

function answer(db: Kysely<Schema>, name: keyof StoreQueries, argument: unknown): Promise<unknown> {
  switch (name) {
    case 'listCalls':
      return listCalls(db, argument as CallFilter)
    case 'getCall':
      return getCall(db, argument as string)
    case 'getSessions':
      return getSessions(db, argument as string)
    case 'getTimeline':
      return getTimeline(db, argument as string)
    case 'getTimelinePage':
      return getTimelinePage(db, argument as TimelinePage)
    case 'settleInterrupted':
      return settleInterrupted(db)
    case 'webhookBacklogs':
      return webhookBacklogs(db)
    case 'pendingWebhooks':
      return pendingWebhooks(db, argument as PendingFilter)
    case 'listDeliveries':
      return listDeliveries(db, argument as DeliveryFilter)
    case 'commandResults':
      return listCommandResults(db, argument as CommandResultFilter)
    case 'putResource':
      return putResource(db, argument as Schema['resources'])
    case 'deleteResource':
      return deleteResource(db, argument as ResourceKey)
    case 'resource':
      return getResource(db, argument as ResourceKey)
    case 'resources':
      return listResources(db, argument as string)
    case 'searchCalls':
      return searchCalls(db, argument as CallSearch)
    case 'deleteCall':
      return deleteCall(db, argument as string)
    case 'callLog':
      return listCallLog(db, argument as CallLogFilter)
    case 'callMetrics':
      return listCallMetrics(db, argument as string)
    case 'conferences':
      return searchConferences(db, argument as ConferenceSearch)
    case 'flowExecutions':
      return listFlowExecutions(db, argument as FlowExecutionFilter)
    case 'flowSteps':
      return listFlowSteps(db, argument as string)
    case 'deleteFlowExecution':
      return deleteFlowExecution(db, argument as string)
    case 'turns':
      return listTurns(db, argument as TurnFilter)
    case 'expire':
      return expire(db, argument as Retention)
  }
}

async function handle(db: Kysely<Schema>, request: StoreRequest): Promise<void> {
  switch (request.type) {
    case 'writes': {
      const { failed, error } = await applyWrites(db, request.writes)
      const message = failed > 0 ? messageOf(error) : undefined
      reply({ type: 'written', count: request.writes.length, failed, message })
      return
    }
    case 'query':
      try {
        reply({ type: 'result', id: request.id, value: await answer(db, request.name, request.argument) })
      } catch (error) {
        const code = error instanceof ParleyError ? error.code : 'store_failed'
        reply({ type: 'queryFailed', id: request.id, code, message: messageOf(error) })
      }
      return
    case 'close':
      await db.destroy()
      port.close()
  }
}

try {
  const db = await openDatabase(workerData as StoreWorkerData)
  let last: Promise<void> = Promise.resolve()
  port.on('message', (request: StoreRequest) => {
    last = last.then(() => handle(db, request))
  })
  reply({ type: 'ready' })
} catch (error) {
  reply({ type: 'openFailed', message: messageOf(error) })
  port.close()
}
