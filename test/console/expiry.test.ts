import { expect, it } from 'vitest'
import { silentLog } from '../../src/base/log.js'
import { SimulatedClock } from '../../src/base/simulated-clock.js'
import { Expiry } from '../../src/console/index.js'
import { type CallRetention, expiredAtOnce } from '../../src/store/index.js'

const dayMs = 86_400_000

it('forgets what is too old every hour, in steps, and deletes its recordings', async () => {
  const clock = new SimulatedClock(100 * dayMs)
  const asked: CallRetention[] = []
  const steps = [
    { calls: expiredAtOnce, recordings: ['1.wav'] },
    { calls: 1, recordings: ['2.wav'] },
  ]
  const removed: string[] = []
  const expiry = new Expiry({
    ...{ clock, log: silentLog, retention: { calls: 90, traces: 30 } },
    store: {
      expire: async (retention) => {
        asked.push(retention)
        return steps.shift() ?? { calls: 0, recordings: [] }
      },
    },
    remove: async (file) => void removed.push(file),
  })
  await clock.run(1000, 500)
  expect(asked).toEqual(new Array(2).fill({ callsFrom: 10 * dayMs, tracesFrom: 70 * dayMs }))
  expect(removed).toEqual(['1.wav', '2.wav'])
  await clock.run(3_600_000, 600_000)
  expect(asked).toHaveLength(3)
  expiry.close()
  await clock.run(7_200_000, 600_000)
  expect(asked).toHaveLength(3)
})

it('keeps everything where nothing else is wanted', async () => {
  const clock = new SimulatedClock()
  let asked = 0
  const expire = async () => ({ calls: ++asked, recordings: [] })
  new Expiry({ clock, log: silentLog, retention: { calls: 0, traces: 0 }, store: { expire } })
  await clock.run(7_200_000, 600_000)
  expect(asked).toBe(0)
})
