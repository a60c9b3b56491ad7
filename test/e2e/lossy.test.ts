import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createCodec } from '../../src/audio/index.js'
import { TestApp } from './support/app.js'
import { Baresip } from './support/baresip.js'
import { lacks } from './support/needs.js'
import { endedCall } from './support/records.js'
import { TestRelay } from './support/relay.js'
import { SipCaller } from './support/sip-caller.js'
import type { SipText } from './support/sip-text.js'
import { Sipp } from './support/sipp.js'
import { concat, type Pcm, recognise, say } from './support/speech.js'
import { type Passed, UdpProxy } from './support/udp-proxy.js'
import { until } from './support/wait.js'

let dir: string
let app: TestApp
let relay: TestRelay
/** What is taken down after a test, in this order. */
let rest: (() => unknown)[] = []

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'parley-'))
  app = await TestApp.start()
  const hints = ['what are your opening hours', 'book a table', 'talk to a person', 'goodbye']
  relay = await TestRelay.start(dir, {
    routes: [{ to: '1000', relay: { url: app.url, hints } }],
  })
})
afterEach(async () => {
  for (const stop of rest) await stop()
  rest = []
  app.forget()
})
afterAll(async () => {
  await relay?.stop()
  await app.stop()
  rmSync(dir, { recursive: true, force: true })
})

const seed = 20260725

async function proxy(options: Omit<Parameters<typeof UdpProxy.start>[0], 'relayPort' | 'seed'>) {
  const started = await UdpProxy.start({ ...options, relayPort: relay.sipPort, seed })
  rest.push(() => started.close())
  return started
}

describe.skipIf(lacks('baresip-core', 'flite', 'pocketsphinx'))('5 % RTP loss with 40 ms jitter', () => {
  const rtp = { loss: 0.05, delayMs: [30, 110] } as const
  const sentence = 'We are open from nine in the morning until six in the evening.'

  it('the app understands the caller', async () => {
    const network = await proxy({ rtp })
    const phone = await Baresip.start({ dir: mkdtempSync(join(dir, 'phone-')), codec: 'G722' })
    rest.unshift(() => phone.stop())
    await phone.dial(`sip:1000@127.0.0.1:${network.port}`)
    const connection = await app.connection()
    const { frame: setup } = await connection.frame('setup')
    for (const line of ['what are your opening hours', 'book a table', 'goodbye']) {
      await phone.speak(say(line, dir, 'rms'))
      await connection.frame('prompt', ({ voicePrompt }) => String(voicePrompt).toLowerCase().includes(line))
    }
    await phone.hangup()

    // The relay's own figures are those of the network.
    expect(network.media.lost / network.media.seen).toBeCloseTo(0.05, 1)
    const { call } = await endedCall(relay, String(setup['callSid']))
    const { packets, lost, jitterMs } = call.quality!['received'] as Record<string, number>
    expect(lost! / (packets! + lost!)).toBeGreaterThan(0.03)
    expect(lost! / (packets! + lost!)).toBeLessThan(0.08)
    // Delays spread evenly over 80 ms differ by a third of that from one packet to the next.
    expect(jitterMs).toBeGreaterThan(15)
    expect(jitterMs).toBeLessThan(45)
  })

  it('the caller understands the agent', async () => {
    const network = await proxy({ rtp })
    const caller = await SipCaller.open({ port: network.port, codec: 'G722' })
    rest.unshift(() => caller.close())
    const packets = new Map<number, Buffer>()
    caller.invite()
    await caller.answered()
    const connection = await app.connection()
    await connection.frame('setup')
    caller.heard = (payload, sequence) => packets.set(sequence, payload)
    connection.send({ type: 'text', token: sentence, last: true })
    await until(() => packets.size > 300, 'six seconds of audio')
    await caller.hangup()
    expect(understood(sentence, recognise(played(packets), dir))).toBeGreaterThan(0.6)
  })
})

/** Share of a sentence's words that were heard, in their order. */
function understood(said: string, heard: string): number {
  const words = said.toLowerCase().match(/[a-z]+/g)!
  let best = new Array<number>(words.length + 1).fill(0)
  for (const word of heard.match(/[a-z]+/g) ?? []) {
    const next = [...best]
    words.forEach((one, i) => {
      next[i + 1] = one === word ? best[i]! + 1 : Math.max(next[i]!, best[i + 1]!)
    })
    best = next
  }
  return best.at(-1)! / words.length
}

/** What a phone plays whose jitter buffer waits long enough: a lost packet is the one before it again, half as loud. */
function played(packets: ReadonlyMap<number, Buffer>): Pcm {
  const codec = createCodec('G722')
  const frames: Int16Array[] = []
  const first = packets.keys().next().value!
  for (let ahead = 0; ahead < packets.size; ahead++) {
    const payload = packets.get((first + ahead) & 0xffff)
    const frame = new Int16Array(320)
    if (payload) codec.decode(payload, frame)
    else frame.set(frames.at(-1)?.map((sample) => sample >> 1) ?? [])
    frames.push(frame)
  }
  codec.close()
  return concat(...frames.map((samples) => ({ sampleRate: 16_000, samples })))
}

/** ms, from the first on, at which the relay sent a message: those of its messages that `is` picks, call by call. */
function sendings(passed: readonly Passed[], is: (message: SipText) => boolean): number[][] {
  const byCall = new Map<string, number[]>()
  for (const { at, from, message } of passed) {
    if (from !== 'relay' || !is(message)) continue
    const times = byCall.get(message.callId) ?? []
    byCall.set(message.callId, [...times, at])
  }
  return [...byCall.values()].map((times) => times.map((at) => at - times[0]!))
}

/** RFC 3261's T1 doubled up to T2, until 64 T1: when what is not answered is sent, in ms from the first time. */
const schedule = [0, 500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500]

/** ms by which a busy machine may be late with each sending; two measurements can also make it look early. */
const lateMs = 1_000
const earlyMs = 200

/** Checks that a message was repeated after the waits of RFC 3261, and no more often. */
function expectOnSchedule(times: readonly number[]): void {
  expect(times.length).toBeLessThanOrEqual(schedule.length)
  times.slice(1).forEach((at, i) => {
    const wait = schedule[i + 1]! - schedule[i]!
    expect(at - times[i]!).toBeGreaterThan(wait - earlyMs)
    expect(at - times[i]!).toBeLessThan(wait + lateMs)
  })
}

const isOkToInvite = ({ status, cseq }: SipText) => status === 200 && cseq.method === 'INVITE'
const isBye = ({ method }: SipText) => method === 'BYE'

describe('SIP over UDP', () => {
  it('what nobody answers is sent at the times of RFC 3261, eleven times in 32 s, then given up', async () => {
    const open = async (options: { dialled?: string; acknowledges?: boolean; answers?: boolean }) => {
      const network = await proxy({})
      const caller = await SipCaller.dial({ port: network.port, ...options })
      rest.unshift(() => caller.close())
      return { network, caller }
    }
    const deaf = await open({ acknowledges: false })
    const refused = await open({ dialled: '9999', acknowledges: false })
    await Promise.all([deaf.caller.answered(), refused.caller.final()])
    const silent = await open({ answers: false })
    await silent.caller.answered()
    const connection = await app.connection(1)
    await connection.frame('setup')
    connection.send({ type: 'end' })
    await silent.caller.asked('BYE')
    // The same INVITE again is answered by its transaction alone; it is no second call.
    const twice = await open({})
    await twice.caller.answered()
    twice.caller.repeat()
    await twice.caller.hangup()

    await until(
      () => deaf.caller.received.some(isBye),
      'the call that is never acknowledged to be given up',
      45_000,
    )
    await until(
      () => sendings(silent.network.passed, isBye)[0]!.length === schedule.length,
      'the last BYE',
      10_000,
    )
    const [oks] = sendings(deaf.network.passed, isOkToInvite)
    const [byes] = sendings(silent.network.passed, isBye)
    const [refusals] = sendings(refused.network.passed, ({ status }) => status === 404)
    for (const times of [oks!, byes!, refusals!]) {
      expect(times).toHaveLength(schedule.length)
      expectOnSchedule(times)
    }
    // RFC 3261 §13.3.1.4: without an ACK the session is to be terminated, after 64 T1.
    const bye = sendings(deaf.network.passed, (message) => isOkToInvite(message) || isBye(message))[0]!.at(
      -1,
    )!
    expect(bye).toBeGreaterThan(31_900)
    expect(bye).toBeLessThan(33_000)
    expect(app.connections).toHaveLength(3)
  })

  it.skipIf(lacks('sip-tester')).each(['caller-hangs-up', 'relay-hangs-up'] as const)(
    'a fifth of it lost both ways: all calls succeed, repeated as RFC 3261 says (%s)',
    async (scenario) => {
      if (scenario === 'relay-hangs-up') {
        app.onFrame = ({ type }, connection) => {
          if (type === 'setup') setTimeout(() => connection.send({ type: 'end' }), 1_500)
        }
      }
      const network = await proxy({ sip: { loss: 0.2 } })
      const calls = 40
      const sipp = Sipp.start({
        dir: mkdtempSync(join(dir, 'sipp-')),
        scenario,
        port: network.port,
        calls,
        concurrent: calls,
        perSecond: 10,
        holdMs: 1_500,
      })
      rest.unshift(() => sipp.stop())
      const result = await sipp.done
      expect(result, result.errors).toMatchObject({ code: 0, successful: calls, failed: 0 })
      expect(app.connections).toHaveLength(calls)

      const { passed } = network
      const lost = passed.filter((one) => one.lost).length / passed.length
      expect(lost).toBeGreaterThan(0.1)
      expect(lost).toBeLessThan(0.3)
      const oks = sendings(passed, isOkToInvite)
      expect(oks).toHaveLength(calls)
      for (const times of oks) expectOnSchedule(times)
      for (const times of sendings(passed, isBye)) expectOnSchedule(times)
      expectRepeatedUntilAnswered(passed, isOkToInvite, ({ method }) => method === 'ACK' || method === 'BYE')
      if (scenario === 'relay-hangs-up') {
        expectRepeatedUntilAnswered(
          passed,
          isBye,
          ({ status, cseq }) => status === 200 && cseq.method === 'BYE',
        )
      }
      // A request that is repeated is answered again, not taken for another call.
      const answers = passed.filter(
        ({ from, message }) => from === 'relay' && message.cseq.method === 'BYE' && message.status > 0,
      )
      const byes = passed.filter(
        ({ from, message, lost }) => from === 'phone' && message.method === 'BYE' && !lost,
      )
      if (scenario === 'caller-hangs-up') expect(answers).toHaveLength(byes.length)
      expect(answers.every(({ message }) => message.status === 200)).toBe(true)
    },
  )
})

/**
 * Checks, call by call, that the relay sent a message once for each time that RFC 3261 has before the first answer got
 * through, and no more.
 */
function expectRepeatedUntilAnswered(
  passed: readonly Passed[],
  is: (message: SipText) => boolean,
  answers: (message: SipText) => boolean,
): void {
  for (const callId of new Set(passed.map(({ message }) => message.callId))) {
    const call = passed.filter(({ message }) => message.callId === callId)
    const sent = call.filter(({ from, message }) => from === 'relay' && is(message)).map(({ at }) => at)
    const answered = call.find(({ from, message, lost }) => from === 'phone' && answers(message) && !lost)
    expect(sent.length).toBeGreaterThan(0)
    if (!answered) throw new Error(`no answer got through in call ${callId}`)
    const dueBy = (ms: number) => schedule.filter((due) => sent[0]! + due < answered.at + ms).length
    expect(sent.length).toBeGreaterThanOrEqual(dueBy(-lateMs))
    expect(sent.length).toBeLessThanOrEqual(dueBy(earlyMs))
  }
}
