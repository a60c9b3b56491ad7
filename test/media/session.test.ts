import { describe, expect, it } from 'vitest'
import { rms } from '../../src/audio/index.js'
import { parseRelaySettings } from '../../src/protocol/index.js'
import { call } from '../session/support/rig.js'
import { PlaneRig, through } from './support/plane-rig.js'

const never = new AbortController().signal

/** A leg with a session whose app is connected and says nothing by itself. */
async function withSession(settings: Record<string, unknown> = {}) {
  const rig = await PlaneRig.start()
  const frames: { type: string }[] = []
  rig.dial = (_address, listener) => {
    rig.clock.after(0, () => listener.opened())
    return { buffered: 0, send: (text) => frames.push(JSON.parse(text)), close: () => {} }
  }
  const phone = await rig.call('a')
  await rig.run(100)
  rig.send({
    type: 'start-session',
    session: 'VX1',
    leg: 'a',
    settings: parseRelaySettings({ url: 'ws://127.0.0.1:9/', dialect: 'twilio', ...settings }),
    call,
    answered: true,
  })
  await rig.run(100)
  const ended = () =>
    rig.events.flatMap((event) => (event.type === 'session-ended' ? [event.result.cause] : []))
  return { rig, phone, frames, ended }
}

describe('a session on a leg', () => {
  it('gets its keys, which are told besides', async () => {
    const { rig, phone, frames } = await withSession({ dtmfDetection: true })
    phone.leg.sendDigits('5', never)
    await rig.run(500)
    expect(frames.map(({ type }) => type)).toEqual(['setup', 'dtmf'])
    expect(rig.told('digit')).toEqual(['digit a 5'])
  })

  it('is heard together with announcements', async () => {
    const { rig, phone } = await withSession({ welcomeGreeting: 'Hello, how are you today?' })
    const item = { kind: 'beep', durationMs: 200 } as const
    expect(phone.heard.slice(-80)).toEqual(new Array(80).fill(through('PCMU', 1000)))
    rig.send({ type: 'announce', leg: 'a', id: '1', item })
    await rig.run(150)
    expect(rms(phone.recent(60))).toBeGreaterThan(3000)
    expect(phone.recent(60).reduce((sum, sample) => sum + sample, 0) / 480).toBeCloseTo(1000, -2)
    await rig.run(200)
    expect(phone.heard.slice(-80)).toEqual(new Array(80).fill(through('PCMU', 1000)))
    // The greeting has lost nothing.
    await rig.run(2000)
    expect(phone.heard.filter((sample) => sample !== 0).length).toBe(25 * 50 * 8)
  })

  it('ends when the leg is joined with another, and ends a bridge when it starts', async () => {
    const { rig, phone, ended } = await withSession()
    const b = await rig.call('b')
    b.say = new Int16Array(160).fill(through('PCMU', 700))
    rig.send({ type: 'bridge', leg: 'b', other: 'a', muteDigits: 'none' })
    await rig.run(200)
    expect(ended()).toEqual(['stopped'])
    expect(phone.heard.at(-1)).toBe(through('PCMU', 700))
    phone.say = new Int16Array(160).fill(through('PCMU', 500))
    await rig.run(200)
    expect(b.heard.at(-1)).toBe(through('PCMU', 500))
    const settings = parseRelaySettings({ url: 'ws://127.0.0.1:9/', dialect: 'twilio' })
    rig.send({ type: 'start-session', session: 'VX2', leg: 'a', settings, call, answered: true })
    await rig.run(200)
    expect([phone.heard.at(-1), b.heard.at(-1)]).toEqual([0, 0])
    rig.send({ type: 'unbridge', leg: 'a' })
    await rig.run(100)
    expect(ended()).toEqual(['stopped'])
  })

  it('hears first that the media ended; without one, the signalling plane does', async () => {
    const { rig, phone, ended } = await withSession()
    const b = await rig.call('b')
    await rig.run(100)
    await Promise.all([phone.leg.close(), b.leg.close()])
    await rig.run(11_000)
    expect(ended()).toEqual(['rtp-timeout'])
    expect(rig.told('leg-gone').sort()).toEqual(['leg-gone a rtp-timeout', 'leg-gone b rtp-timeout'])
    const ofA = rig.events.filter(({ type }) => type === 'session-ended' || type === 'leg-gone')
    expect(ofA.findIndex((event) => event.type === 'session-ended')).toBeLessThan(
      ofA.findIndex((event) => event.type === 'leg-gone' && event.leg === 'a'),
    )
  })

  it('ends with its leg, which is told last', async () => {
    const { rig, ended } = await withSession()
    rig.send({ type: 'close-leg', leg: 'a' })
    await rig.run(100)
    expect(ended()).toEqual(['caller-gone'])
    expect(rig.told('leg-gone')).toEqual([])
    expect(rig.events.at(-1)?.type).toBe('leg-closed')
  })
})
