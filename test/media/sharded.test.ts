import { afterAll, beforeAll, expect, it } from 'vitest'
import { systemClock } from '../../src/base/clock.js'
import { RtpLeg } from '../../src/legs/index.js'
import type { MediaEvent } from '../../src/media/index.js'
import { ShardedMediaPort } from '../../src/media/sharded-port.js'
import { Pacer, RtpPortPool } from '../../src/rtp/index.js'
import { media as mediaFor } from '../legs/support.js'
import { through } from './support/plane-rig.js'

const events: MediaEvent[] = []
const phones: RtpLeg[] = []
let port: ShardedMediaPort
let pacer: Pacer
const pool = new RtpPortPool({ from: 28_000, to: 28_100 })

beforeAll(async () => {
  pacer = new Pacer({ clock: systemClock })
  port = await ShardedMediaPort.start(
    {
      rtpPorts: { from: 28_200, to: 28_300 },
      rtpTimeoutMs: 10_000,
      jitter: { minMs: 20, maxMs: 200 },
      limits: { connectTimeoutMs: 1000, pingIntervalMs: 1000, sessionMs: 60_000, frameBytes: 1000 },
      speech: { stt: 'auto', tts: 'auto' },
      priority: 'normal',
    },
    2,
  )
  port.onEvent = (event) => events.push(event)
}, 60_000)

afterAll(async () => {
  await Promise.all(phones.map((phone) => phone.close()))
  await port.close()
})

/** A phone that speaks a steady level and notes the level it hears. */
async function call(leg: string, level: number, near?: string) {
  const ports = await pool.open('127.0.0.1')
  const { rtp, rtcp } = ports
  const here = { remote: rtp.local, remoteRtcp: rtcp.local }
  port.send({ type: 'open-leg', leg, address: '127.0.0.1', media: mediaFor('PCMU', '', here), near })
  port.send({ type: 'leg-answered', leg })
  await expect
    .poll(() => events.find((event) => event.type === 'leg-opened' && event.leg === leg))
    .toBeTruthy()
  const opened = events.find((event) => event.type === 'leg-opened' && event.leg === leg)
  if (opened?.type !== 'leg-opened') throw new Error('not opened')
  const there = {
    remote: { address: '127.0.0.1', port: opened.port },
    remoteRtcp: { address: '127.0.0.1', port: opened.rtcpPort },
  }
  const phone = new RtpLeg({ id: leg, media: mediaFor('PCMU', '', there), ports, clock: systemClock, pacer })
  phones.push(phone)
  const heard = { level: 0, digits: '' }
  phone.attach(
    {
      frame: (frame) => {
        heard.level = frame[80]!
      },
      digit: (digit) => {
        heard.digits += digit
      },
      gone: () => {},
    },
    { pull: (frame) => frame.fill(level) !== undefined },
  )
  return { phone, heard }
}

it('joins legs that live in different threads, and parts them when one goes', async () => {
  const [one, two] = [through('PCMU', 500), through('PCMU', -700)]
  const a = await call('a', one)
  const b = await call('b', two)
  const near = await call('near', 0, 'b')
  const [home, other, beside] = shardsOf('a', 'b', 'near')
  expect(other).not.toBe(home)
  expect(beside).toBe(other)
  port.send({ type: 'bridge', leg: 'a', other: 'b', muteDigits: 'none' })
  await expect.poll(() => [a.heard.level, b.heard.level]).toEqual([two, one])
  a.phone.sendDigits('12', new AbortController().signal)
  await expect.poll(() => b.heard.digits).toBe('12')
  port.send({ type: 'bridge', leg: 'near', other: 'b', muteDigits: 'none' })
  await expect.poll(() => [a.heard.level, b.heard.level, near.heard.level]).toEqual([0, 0, two])
  port.send({ type: 'bridge', leg: 'b', other: 'a', muteDigits: 'none' })
  await expect.poll(() => [a.heard.level, b.heard.level, near.heard.level]).toEqual([two, one, 0])
  port.send({ type: 'close-leg', leg: 'a' })
  await expect.poll(() => b.heard.level).toBe(0)
})

it('mixes legs that live in different threads, in the thread of the first', async () => {
  const [two, three, four] = [through('PCMU', 300), through('PCMU', 700), through('PCMU', -1500)]
  const b = await call('c1', two)
  const c = await call('c2', three)
  const d = await call('c3', four, 'c2')
  for (const leg of ['c1', 'c2', 'c3']) {
    port.send({ type: 'join-conference', leg, conference: 'room', muted: false, held: false })
  }
  const sum = (...levels: number[]) =>
    through(
      'PCMU',
      levels.reduce((total, level) => total + level, 0),
    )
  const heard = () => [b.heard.level, c.heard.level, d.heard.level]
  await expect.poll(heard).toEqual([sum(three, four), sum(two, four), sum(two, three)])
  port.send({ type: 'set-conference', leg: 'c3', muted: true })
  await expect.poll(heard).toEqual([three, two, sum(two, three)])
  port.send({ type: 'set-conference', leg: 'c3', muted: false })
  port.send({ type: 'close-leg', leg: 'c1' })
  await expect.poll(heard).toEqual([expect.any(Number), four, three])
  port.send({ type: 'unbridge', leg: 'c2' })
  await expect.poll(heard).toEqual([expect.any(Number), 0, 0])
})

it('ends no more than the calls of a thread that fails, and replaces it', async () => {
  await call('lost', through('PCMU', 500))
  await call('kept', through('PCMU', 500))
  const [lost, kept] = shardsOf('lost', 'kept')
  expect(lost).not.toBe(kept)
  const closed = (leg: string) => events.some((event) => event.type === 'leg-closed' && event.leg === leg)
  port.send({ type: 'update-leg', leg: 'lost', media: undefined as never })
  await expect.poll(() => closed('lost')).toBe(true)
  expect(closed('kept')).toBe(false)
  const logs = events.flatMap((event) => (event.type === 'log' ? [event.message] : []))
  expect(logs).toContainEqual(expect.stringMatching(/^a media shard failed: /))
  await expect
    .poll(
      async () => {
        const leg = `new${events.length}`
        await call(leg, 0)
        return shardsOf(leg)[0]
      },
      { timeout: 15_000, interval: 500 },
    )
    .toBe(lost)
}, 40_000)

/** In which thread a leg lives, told by its port: each has its share of them. */
function shardsOf(...legs: string[]): number[] {
  return legs.map((leg) => {
    const opened = events.find((event) => event.type === 'leg-opened' && event.leg === leg)
    return opened?.type === 'leg-opened' && opened.port < 28_250 ? 0 : 1
  })
}
