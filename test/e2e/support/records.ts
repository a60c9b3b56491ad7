import type { TimelineEvent } from '../../../src/session/index.js'
import type { CallRecord, SessionRecord } from '../../../src/store/index.js'
import type { TestRelay } from './relay.js'

/** A call's record as `GET /v1/calls/:id` tells it. */
export interface CallPage {
  readonly call: CallRecord
  readonly sessions: readonly (SessionRecord & { readonly timeline: readonly TimelineEvent[] })[]
}

/** The record of a call that is over, waiting until it is written. */
export async function endedCall(relay: TestRelay, id: string, ms = 20_000): Promise<CallPage> {
  const end = Date.now() + ms
  for (;;) {
    const response = await relay.get(`/v1/calls/${id}`)
    const page = response.ok ? ((await response.json()) as CallPage) : undefined
    if (page?.call.endedAt) return page
    if (Date.now() > end)
      throw new Error(`waited ${ms} ms for the end of call ${id}: ${JSON.stringify(page)}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
