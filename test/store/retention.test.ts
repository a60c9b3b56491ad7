import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Store } from '../../src/store/index.js'
import { newCall, newSession } from './samples.js'

it('forgets calls that ended long ago with all that is theirs, and traces of others', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'parley-store-'))
  const store = await Store.open({ file: join(dir, 'parley.db') })
  const times = { speechEndedAt: 1, promptAt: 2, firstTokenAt: 3, firstAudioAt: null }
  for (const [n, endedAt] of [[1, 1000] as const, [2, 5000] as const]) {
    const { callSid } = newCall(n)
    const { sessionId, url } = newSession(n)
    store.callStarted(newCall(n, { recordingPath: `${n}.wav` }))
    store.sessionStarted(newSession(n))
    store.timeline({ sessionId, sequenceNumber: 1, at: endedAt, name: 'dtmf', data: {} })
    const engines = { app: url, stt: '', tts: '', voice: '', language: 'en-US', text: 'hello' }
    store.turns.add({ sessionId, number: 1, callSid, ...engines, ...times })
    store.callLog.add({ id: `s${n}`, callSid, kind: 'sip', createdAt: endedAt, data: {} })
    store.callLog.add({ id: `n${n}`, callSid, kind: 'notice', createdAt: endedAt, data: {} })
    store.callMeasured(callSid, endedAt, { mos: 4 })
    store.callEnded(callSid, { status: 'completed', endedAt, endBy: 'caller', endReason: 'bye' })
  }
  expect(await store.expire({ callsFrom: 2000 })).toEqual({ calls: 1, recordings: ['1.wav'] })
  expect((await store.listCalls()).map(({ callSid }) => callSid)).toEqual([newCall(2).callSid])
  expect(await store.getTimeline(newSession(1).sessionId)).toEqual([])
  expect(await store.turns.list({ limit: 10 })).toMatchObject([{ callSid: newCall(2).callSid }])

  expect(await store.expire({ tracesFrom: 6000 })).toEqual({ calls: 0, recordings: [] })
  const { callSid } = newCall(2)
  expect(await store.callLog.list({ callSid, kind: 'sip', limit: 10 })).toEqual([])
  expect(await store.callLog.list({ callSid, kind: 'notice', limit: 10 })).toHaveLength(1)
  expect(await store.getMetrics(callSid)).toEqual([])
  await store.close()
  rmSync(dir, { recursive: true })
})
