import { readFile } from 'node:fs/promises'
import { beforeEach, describe, expect, it } from 'vitest'
import { aLaw, G711Codec, muLaw } from '../../../src/audio/index.js'
import type { StreamWish } from '../../../src/media/index.js'
import { type Phone, PlaneRig, through } from '../support/plane-rig.js'
import { base64, FakeApp, wish } from './support.js'

let rig: PlaneRig
let app: FakeApp
let phone: Phone

const toSelf = { mode: 'rtp', codec: 'PCMU', sampleRate: 8000, target: 'self' } as const

beforeEach(async () => {
  rig = await PlaneRig.start()
  app = new FakeApp()
  rig.dial = app.dial
  phone = await rig.call('a')
})

/** Starts a stream on leg `a` whose app takes it at once. */
function stream(changes: Partial<StreamWish> = {}, id = 's'): void {
  rig.send({ type: 'stream', leg: 'a', id, wish: wish(changes) })
  app.open()
}

/** µ-law audio of a steady level. */
function level(value: number, ms: number): string {
  const codec = new G711Codec(muLaw)
  const bytes = new Uint8Array(ms * 8)
  for (let at = 0; at < bytes.length; at += 160)
    codec.encode(new Int16Array(160).fill(value), bytes.subarray(at))
  return base64(bytes)
}

const heardMs = (of: Phone, value: number): number =>
  of.heard.filter((sample) => sample === through('PCMU', value)).length / 8

const media = (payload: string) => ({ event: 'media', media: { payload } })
const mark = (name: string) => ({ event: 'mark', mark: { name } })
const warnings = () => rig.told('log')

describe('a stream one way', () => {
  it('brings what the party says to the app, from start to stop', async () => {
    phone.say = new Int16Array(160).fill(4000)
    await rig.run(500)
    stream({ authToken: 'secret' })
    expect(rig.told('streaming')).toEqual(['streaming a s'])
    expect(app.address).toMatchObject({
      url: 'ws://127.0.0.1:9000/stream',
      headers: { authorization: 'Bearer secret' },
    })
    await rig.run(1000)
    rig.send({ type: 'stop-stream', leg: 'a', id: 's' })
    await rig.run(100)

    expect(app.events).toEqual(['connected', 'start', 'media', 'stop'])
    const chunks = app.media
    expect(chunks.length).toBeGreaterThanOrEqual(49)
    expect(chunks.length).toBeLessThanOrEqual(51)
    expect(chunks.map(({ chunk }) => Number(chunk))).toEqual(chunks.map((_, i) => i + 1))
    expect(chunks.map(({ timestamp }) => Number(timestamp))).toEqual(chunks.map((_, i) => i * 20))
    expect(new Set(chunks.map(({ track }) => track))).toEqual(new Set(['inbound']))
    const codec = new G711Codec(muLaw)
    const payload = new Uint8Array(160)
    codec.encode(new Int16Array(160).fill(through('PCMU', 4000)), payload)
    expect(chunks.at(-1)!.payload).toBe(base64(payload))

    const numbers = app.texts.slice(1).map((text) => Number(JSON.parse(text).sequence_number))
    expect(numbers).toEqual(numbers.map((_, i) => i + 1))
    expect(app.closes).toEqual([{ code: 1000, reason: '' }])
    expect(rig.told('streamed')).toEqual(['streamed a s stopped'])
  })

  it('brings both tracks, in the codec asked for', async () => {
    phone.say = new Int16Array(160).fill(4000)
    const tone = { kind: 'tone', tone: 'hold', country: '' } as const
    rig.send({ type: 'announce', leg: 'a', id: 'tone', item: tone })
    await rig.run(500)
    stream({ track: 'both', codec: 'PCMA' })
    await rig.run(500)
    expect(app.media.slice(0, 4).map(({ track, chunk, timestamp }) => [track, chunk, timestamp])).toEqual([
      ['inbound', '1', '0'],
      ['outbound', '2', '0'],
      ['inbound', '3', '20'],
      ['outbound', '4', '20'],
    ])
    const pcm = new Int16Array(160)
    const loudest = (track: string) =>
      Math.max(
        ...app.media
          .filter((entry) => entry.track === track)
          .flatMap(({ payload }) => {
            new G711Codec(aLaw).decode(Buffer.from(payload, 'base64'), pcm)
            return [...pcm]
          }),
      )
    expect(loudest('inbound')).toBeGreaterThan(3900)
    expect(loudest('inbound')).toBeLessThan(4300)
    expect(loudest('outbound')).toBeGreaterThan(500)
  })

  it('tells Telnyx apps of keys, Twilio apps not', async () => {
    stream()
    void phone.leg.sendDigits('5', new AbortController().signal)
    await rig.run(500)
    expect(app.frames.find(({ event }) => event === 'dtmf')).toMatchObject({ dtmf: { digit: '5' } })
    const other = new FakeApp()
    rig.dial = other.dial
    rig.send({ type: 'stream', leg: 'a', id: 't', wish: wish({ dialect: 'twilio' }) })
    other.open()
    void phone.leg.sendDigits('6', new AbortController().signal)
    await rig.run(500)
    expect(other.events).toEqual(['connected', 'start', 'media'])
  })

  it('takes nothing from the app, says so once, and goes on', async () => {
    stream()
    app.send(media(level(8000, 100)))
    app.send({ event: 'clear' })
    await rig.run(300)
    expect(heardMs(phone, 8000)).toBe(0)
    expect(app.events).toEqual(['connected', 'start', 'media'])
    expect(warnings()).toEqual([expect.stringContaining('one-way stream')])
  })

  it('leaves audio out for an app that reads too slowly, whose chunks show it', async () => {
    stream()
    await rig.run(100)
    app.buffered = 2_000_000
    await rig.run(200)
    const before = app.media.length
    await rig.run(200)
    expect(app.media.length).toBe(before)
    app.buffered = 0
    await rig.run(100)
    const chunks = app.media.map(({ chunk }) => Number(chunk))
    expect(chunks.length).toBeLessThan(15)
    expect(chunks.at(-1)).toBeGreaterThan(25)
    expect(warnings()).toEqual([expect.stringContaining('too slowly')])
  })
})

describe('the end of a stream', () => {
  it('comes when the app closes its socket', async () => {
    stream()
    await rig.run(100)
    app.close(1001, 'bye')
    const count = app.texts.length
    await rig.run(100)
    expect(app.texts).toHaveLength(count)
    expect(rig.told('streamed')).toEqual(['streamed a s app-closed 1001 bye'])
  })

  it('comes at once when the app cannot be reached', () => {
    rig.send({ type: 'stream', leg: 'a', id: 's', wish: wish() })
    app.fail('ECONNREFUSED')
    expect(rig.told('streaming', 'streamed')).toEqual(['streamed a s connect-failed ECONNREFUSED'])
  })

  it('comes with the leg, of which the app is told', async () => {
    stream()
    await rig.run(100)
    rig.send({ type: 'close-leg', leg: 'a' })
    await rig.run(100)
    expect(app.frames.at(-1)).toMatchObject({ event: 'stop', stop: { call_control_id: 'v3:1' } })
    expect(app.closes).toHaveLength(1)
    expect(rig.told('streamed', 'leg-closed').map((line) => line.split(' ')[0])).toEqual([
      'streamed',
      'leg-closed',
    ])
    expect(rig.told('streamed')).toEqual(['streamed a s leg-closed'])
  })

  it('comes before the app is there, too', async () => {
    rig.send({ type: 'stream', leg: 'a', id: 's', wish: wish() })
    rig.send({ type: 'stop-stream', leg: 'a', id: 's' })
    app.open()
    await rig.run(100)
    expect(app.texts).toEqual([])
    expect(app.closes).toHaveLength(1)
    expect(rig.told('streaming', 'streamed')).toEqual(['streamed a s stopped'])
  })

  it('comes to a leg whose media was never known', async () => {
    rig.send({ type: 'open-leg', leg: 'late', address: 'late.plane' })
    await rig.run(10)
    rig.send({ type: 'stream', leg: 'late', id: 's', wish: wish() })
    rig.send({ type: 'close-leg', leg: 'late' })
    await rig.run(10)
    expect(rig.told('streamed')).toEqual(['streamed late s leg-closed'])
  })

  it('is that of one stream only', async () => {
    stream()
    const other = new FakeApp()
    rig.dial = other.dial
    rig.send({ type: 'stream', leg: 'a', id: 't', wish: wish() })
    rig.send({ type: 'stream', leg: 'a', id: 't', wish: wish() })
    expect(rig.told('streamed')).toEqual(['streamed a t connect-failed a stream has this id'])
    other.open()
    app.close(1000)
    await rig.run(100)
    expect(other.media.length).toBeGreaterThan(3)
  })
})

describe('what an app sends back', () => {
  it('is heard by the party, and marks tell when it was', async () => {
    stream({ bidirectional: toSelf })
    app.send(media(level(8000, 200)))
    app.send(mark('first'))
    app.send(media(level(2000, 100)))
    app.send(mark('second'))
    await rig.run(180)
    expect(app.frames.map(({ event }) => event)).toEqual(['connected', 'start'])
    await rig.run(60)
    expect(app.frames.slice(2)).toMatchObject([{ event: 'mark', mark: { name: 'first' } }])
    await rig.run(200)
    expect(app.frames.slice(3)).toMatchObject([{ event: 'mark', mark: { name: 'second' } }])
    expect(heardMs(phone, 8000)).toBe(200)
    expect(heardMs(phone, 2000)).toBe(100)
  })

  it('stops on clear, which returns the marks', async () => {
    stream({ bidirectional: toSelf })
    app.send(media(level(8000, 5000)))
    app.send(mark('a'))
    app.send(media(level(2000, 5000)))
    app.send(mark('b'))
    await rig.run(400)
    app.send({ event: 'clear' })
    expect(app.frames.slice(2)).toMatchObject([{ mark: { name: 'a' } }, { mark: { name: 'b' } }])
    await rig.run(400)
    const heard = heardMs(phone, 8000)
    expect(heard).toBeGreaterThan(300)
    expect(heard).toBeLessThan(420)
    app.send(media(level(1000, 100)))
    await rig.run(300)
    // The fade passes through this level, too.
    expect(Math.round(heardMs(phone, 1000))).toBe(100)
  })

  it('may be an MP3 file a second', async () => {
    const mp3 = await readFile(new URL('../../audio/fixtures/tone-440-mono-24k.mp3', import.meta.url))
    stream({ bidirectional: { ...toSelf, mode: 'mp3' } })
    app.send(media(base64(mp3)))
    app.send(mark('played'))
    app.send(media(base64(mp3)))
    expect(app.frames.slice(2)).toMatchObject([
      { event: 'error', payload: { code: 100005, title: 'rate_limit_reached' } },
    ])
    await expect
      .poll(async () => {
        await rig.run(200)
        return app.frames.filter(({ event }) => event === 'mark').length
      })
      .toBe(1)
    expect(Math.max(...phone.heard)).toBeGreaterThan(3000)

    await rig.run(1000)
    app.send(media(base64(Buffer.from('this is no MP3'))))
    await expect
      .poll(async () => {
        await rig.run(100)
        return app.frames.at(-1)
      })
      .toMatchObject({ event: 'error', payload: { code: 100004, title: 'invalid_media' } })
  })

  it('waits until the call is answered', async () => {
    const ringing = await rig.call('b', 'PCMU', { answered: false })
    rig.send({ type: 'stream', leg: 'b', id: 's', wish: wish({ bidirectional: toSelf }) })
    app.open()
    app.send(media(level(8000, 100)))
    app.send(mark('a'))
    await rig.run(500)
    expect(app.frames).toHaveLength(2)
    rig.send({ type: 'leg-answered', leg: 'b' })
    await rig.run(500)
    expect(heardMs(ringing, 8000)).toBe(100)
    expect(app.frames.at(-1)).toMatchObject({ mark: { name: 'a' } })
  })

  it('is heard together with announcements', async () => {
    const beep = { kind: 'tone', tone: 'hold', country: '' } as const
    rig.send({ type: 'announce', leg: 'a', id: 'tone', item: beep })
    stream({ bidirectional: toSelf })
    await rig.run(300)
    app.send(media(level(8000, 300)))
    await rig.run(200)
    const heard = phone.recent(100)
    expect(Math.max(...heard)).toBeGreaterThan(through('PCMU', 8000) + 200)
  })
})

describe('on a bridged call', () => {
  it.each([
    ['self', ['a']],
    ['opposite', ['b']],
    ['both', ['a', 'b']],
  ] as const)('an app whose target is %s is heard by that party, beside the other', async (target, hears) => {
    const other = await rig.call('b')
    rig.send({ type: 'bridge', leg: 'a', other: 'b', muteDigits: 'none' })
    stream({ bidirectional: { ...toSelf, target } })
    await rig.run(300)
    app.send(media(level(8000, 200)))
    await rig.run(500)
    expect(heardMs(phone, 8000)).toBe((hears as readonly string[]).includes('a') ? 200 : 0)
    expect(heardMs(other, 8000)).toBe((hears as readonly string[]).includes('b') ? 200 : 0)
  })

  it('an app whose target is the opposite party speaks to this one while there is no other', async () => {
    stream({ bidirectional: { ...toSelf, target: 'opposite' } })
    app.send(media(level(8000, 200)))
    await rig.run(500)
    expect(heardMs(phone, 8000)).toBe(200)
  })

  it('the parties go on hearing each other', async () => {
    const other = await rig.call('b')
    rig.send({ type: 'bridge', leg: 'a', other: 'b', muteDigits: 'none' })
    await rig.run(300)
    phone.say = new Int16Array(160).fill(1000)
    other.say = new Int16Array(160).fill(3000)
    stream({ bidirectional: toSelf, track: 'both' })
    await rig.run(1000)
    expect(phone.recent(400).every((sample) => sample === through('PCMU', 3000))).toBe(true)
    expect(other.recent(400).every((sample) => sample === through('PCMU', 1000))).toBe(true)
    app.send(media(level(8000, 200)))
    await rig.run(150)
    expect(Math.max(...phone.recent(60))).toBeGreaterThan(10_500)
  })
})

describe('what is not right', () => {
  it('is answered with errors by Telnyx, and the stream goes on', async () => {
    stream({ bidirectional: toSelf })
    app.send('{')
    app.send({ event: 'nonsense' })
    app.send('binary', true)
    app.send(media('ä#'))
    expect(app.frames.slice(2).map(({ payload }) => (payload as { code: number }).code)).toEqual([
      100003, 100003, 100003, 100004,
    ])
    app.send(media(level(8000, 100)))
    await rig.run(400)
    expect(heardMs(phone, 8000)).toBe(100)
    expect(warnings()).toHaveLength(2)
  })

  it('is passed over by Twilio, with a warning', async () => {
    stream({ bidirectional: toSelf, dialect: 'twilio' })
    app.send('{')
    app.send(media(level(8000, 100)))
    app.send({ ...mark('a'), streamSid: 's' })
    await rig.run(300)
    expect(app.frames.slice(2)).toMatchObject([{ event: 'mark', mark: { name: 'a' } }])
    expect(heardMs(phone, 8000)).toBe(0)
    expect(warnings()).toEqual([expect.stringContaining('not JSON')])
  })

  it('is a rate that cannot be: the stream fails, and nothing else', () => {
    rig.send({ type: 'stream', leg: 'a', id: 's', wish: wish({ codec: 'L16', sampleRate: 1 }) })
    expect(rig.told('streamed')).toEqual([expect.stringContaining('connect-failed')])
  })
})
