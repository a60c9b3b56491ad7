import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { encodeWav } from '../../src/audio/index.js'
import { silentLog } from '../../src/base/log.js'
import { SimulatedClock } from '../../src/base/simulated-clock.js'
import type { Resource } from '../../src/store/index.js'
import { Recordings } from '../../src/twilio/resources/recordings.js'
import { FakeCall } from '../support/fake-call.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-recordings-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

it('knows after a restart how much there is of recordings that were not finished', async () => {
  const kept = new Map<string, Resource>()
  let sids = 0
  const load = () =>
    Recordings.load({
      folder,
      records: {
        put: async (_, resource) => void kept.set(resource.id, resource),
        delete: async (_, id) => void kept.delete(id),
        list: async () => [...kept.values()],
      },
      clock: new SimulatedClock(1_700_000_000_000),
      random: (count) => Buffer.alloc(count, ++sids),
      log: silentLog,
      baseUrl: () => 'http://127.0.0.1:8080/Recordings',
    })
  const facts = { source: 'RecordVerb', channels: 1, track: 'both' } as const
  const before = await load()
  const [done, cut, empty] = [1, 2, 3].map(() => before.begin(new FakeCall(), facts))
  expect(done!.url).toBe(`http://127.0.0.1:8080/Recordings/${done!.sid}`)
  before.ended(done!.sid, { durationMs: 4000, bytes: 1, failed: false })
  writeFileSync(cut!.path, encodeWav(new Int16Array(24_000), 8000))

  const after = await load()
  expect(after.get(done!.sid)).toMatchObject({ status: 'completed', durationMs: 4000 })
  expect(after.get(cut!.sid)).toMatchObject({ status: 'completed', durationMs: 3000 })
  expect(after.get(empty!.sid)).toMatchObject({ status: 'absent', durationMs: 0 })
  await Promise.all([before.close(), after.close()])
})
