import { afterEach, beforeEach, expect, it } from 'vitest'
import type { VendorFault } from '../../../../src/speech/vendor-error.js'
import { say, speakRequest, ttsOf, until, withVoice, words } from './clients.js'
import { type Protocol, VendorServer } from './vendor-server.js'
import type { VendorSession } from './vendor-session.js'

/** A text-to-speech vendor that tests can hold up between text and sound. */
export interface VoiceProtocol extends Protocol {
  readonly key: string
  /** Whether the vendor's own package tells nothing of a refused handshake but its status. */
  readonly hidesRefusals?: boolean
  /** Whether text is spoken once it is complete. */
  speaks: boolean
  /** Where all text of a request has come and was not spoken. */
  readonly holding: VendorSession | undefined
  /** Sends so many ms of sound for what is held. */
  sound(session: VendorSession, ms: number): void
  /** How often the client told the vendor to stop; a vendor that cannot be told has none. */
  cancels?(session: VendorSession): number
  /** Forgets what is held. */
  forget(): void
  /** Whether the vendor tells when its words are heard; then each is spoken for `CHARACTER_MS` a character. */
  readonly marks?: boolean
  /** The vendor's own errors while it speaks, with the fault that each is. */
  readonly errors?: readonly VoiceError[]
}

export interface VoiceError {
  readonly fault: VendorFault
  /** Words of the vendor's that are told. */
  readonly words: string
  /** Tells it as the vendor does. */
  tell(session: VendorSession): void
}

/** ms that a character is spoken in. */
export const CHARACTER_MS = 10

const text = 'Hello there friend.'
const lengthMs = text.length * CHARACTER_MS

/**
 * Tests what every voice must do.
 *
 * @param name of the vendor's row
 * @param rateFor Hz that the vendor's first voice speaks at to a leg of so many Hz
 */
export function testVoice(
  name: string,
  create: () => VoiceProtocol,
  rateFor = (legRate: number) => legRate,
): void {
  let voice: VoiceProtocol
  let server: VendorServer
  let engine: ReturnType<typeof ttsOf>

  beforeEach(async () => {
    voice = create()
    server = await VendorServer.start(voice)
    engine = ttsOf(name, { apiKey: voice.key, url: server.url })
  })

  afterEach(async () => {
    await engine.close()
    await server.close()
    expect(server.violations).toEqual([])
  })

  const lengthOf = ({ pcm, sampleRate }: ReturnType<typeof say>) => (pcm.length * 1000) / sampleRate

  it.each([8000, 16000])('speaks to a leg of %i Hz, once and again', async (sampleRate) => {
    for (let n = 0; n < 3; n++) {
      const spoken = say(engine, speakRequest({ text, sampleRate }))
      await until(() => spoken.done)
      expect(spoken.error).toBeUndefined()
      expect([spoken.sampleRate, lengthOf(spoken)]).toEqual([rateFor(sampleRate), lengthMs])
      expect(spoken.pcm.every((sample) => sample !== 0)).toBe(true)
    }
  })

  it('stops the vendor when it is aborted, and hears nothing of it in the next request', async () => {
    voice.speaks = false
    const stop = new AbortController()
    const spoken = say(engine, speakRequest({ text }), stop.signal)
    await until(() => voice.holding)
    const session = voice.holding!
    voice.sound(session, 40)
    await until(() => spoken.pcm.length > 0)
    const before = voice.cancels?.(session) ?? 0
    stop.abort()
    await until(() => spoken.done && (session.closed ?? (voice.cancels?.(session) ?? 0) > before))
    voice.forget()
    voice.speaks = true
    const next = say(engine, speakRequest({ text }))
    await until(() => next.done)
    expect([next.error, lengthOf(next)]).toEqual([undefined, lengthMs])
  })

  it('speaks after a slow start', async () => {
    const release = server.hold()
    const spoken = say(engine, speakRequest({ text }))
    release()
    await until(() => spoken.done)
    expect(lengthOf(spoken)).toBe(lengthMs)
  })

  it('tells a wrong key, and does not repeat it', async () => {
    const wrong = ttsOf(name, { apiKey: 'not-the-key', url: server.url })
    const spoken = say(wrong, speakRequest({ text }))
    await until(() => spoken.done)
    expect(spoken.error?.fault).toBe('credentials')
    expect(spoken.error?.message).not.toContain('not-the-key')
    await wrong.close()
  })

  for (const { fault, words: told, tell } of create().errors ?? []) {
    it(`tells the vendor's error "${told}", once, and speaks the next request`, async () => {
      voice.speaks = false
      const spoken = say(engine, speakRequest({ text }))
      await until(() => voice.holding)
      tell(voice.holding!)
      await until(() => spoken.done)
      expect(spoken.error?.fault).toBe(fault)
      expect(spoken.error?.message).toContain(told)
      voice.forget()
      voice.speaks = true
      const next = say(engine, speakRequest({ text }))
      await until(() => next.done)
      expect([next.error, lengthOf(next)]).toEqual([undefined, lengthMs])
    })
  }

  it.runIf(create().marks)('marks the words where the vendor says that they are', async () => {
    const request = speakRequest({ text })
    const spoken = say(engine, request)
    await until(() => spoken.done)
    expect(words(request, spoken.marks)).toEqual(['Hello 0-50', 'there 60-110', 'friend. 120-190'])
  })

  it('connects ahead of a request, and speaks over that connection', async () => {
    engine.prepare?.(withVoice(engine, speakRequest({ text })))
    await until(() => server.sessions.length === 1)
    const spoken = say(engine, speakRequest({ text }))
    await until(() => spoken.done)
    expect(lengthOf(spoken)).toBe(lengthMs)
    expect(server.sessions[0]!.messages.length).toBeGreaterThan(0)
  })

  it('tells a refused handshake', async () => {
    server.refuse({ status: 429, body: { error: { message: 'Too many sessions' } } })
    const spoken = say(engine, speakRequest({ text }))
    await until(() => spoken.done)
    expect([spoken.error?.fault, spoken.error?.status]).toEqual(['quota', 429])
    if (!voice.hidesRefusals) expect(spoken.error?.message).toContain('Too many sessions')
  })

  it('tells a connection that broke in mid-sentence, and connects anew', async () => {
    voice.speaks = false
    const spoken = say(engine, speakRequest({ text }))
    await until(() => voice.holding)
    const session = voice.holding!
    voice.sound(session, 40)
    await until(() => spoken.pcm.length > 0)
    session.drop()
    await until(() => spoken.done)
    expect(spoken.error?.fault).toBe('dropped')
    voice.forget()
    voice.speaks = true
    const next = say(engine, speakRequest({ text }))
    await until(() => next.done)
    expect(lengthOf(next)).toBe(lengthMs)
  })
}

/** When each word of a text is heard, in seconds. */
export function timesOf(spoken: string): { words: string[]; starts: number[]; ends: number[] } {
  const found = [...spoken.matchAll(/\S+/g)]
  return {
    words: found.map(([word]) => word),
    starts: found.map(({ index }) => (index * CHARACTER_MS) / 1000),
    ends: found.map(({ index, 0: word }) => ((index + word.length) * CHARACTER_MS) / 1000),
  }
}
