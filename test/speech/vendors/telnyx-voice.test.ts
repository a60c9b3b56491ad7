import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createMp3Encoder } from 'wasm-media-encoders'
import { say, speakRequest, ttsOf, until } from './support/clients.js'
import { VendorServer } from './support/vendor-server.js'
import { CHARACTER_MS, testVoice } from './support/voice-contract.js'
import { telnyxKey, telnyxRefusal } from './telnyx-listen-server.js'
import { TelnyxVoice } from './telnyx-voice-server.js'

const kokoroRate = 24_000

/** A second of a tone as MP3. */
async function tone(): Promise<Buffer> {
  const second = Float32Array.from(
    { length: kokoroRate },
    (_, i) => Math.sin((i * 2 * Math.PI * 440) / kokoroRate) / 2,
  )
  const encoder = await createMp3Encoder()
  encoder.configure({ sampleRate: kokoroRate, channels: 1, bitrate: 48 })
  return Buffer.concat([encoder.encode([second]).slice(), encoder.finalize().slice()])
}

testVoice(
  'telnyx',
  () => new TelnyxVoice(),
  () => kokoroRate,
)

describe('what is Telnyx’s own', () => {
  let telnyx: TelnyxVoice
  let server: VendorServer
  let engine: ReturnType<typeof ttsOf>

  beforeEach(async () => {
    telnyx = new TelnyxVoice()
    server = await VendorServer.start(telnyx)
    engine = ttsOf('telnyx', { apiKey: telnyxKey, url: server.url })
  })

  afterEach(async () => {
    await engine.close()
    await server.close()
    expect(server.violations).toEqual([])
  })

  const text = 'No full stop here'

  it('speaks text that does not end as a sentence does', async () => {
    const spoken = say(engine, speakRequest({ text }))
    await until(() => spoken.done)
    expect(spoken.error).toBeUndefined()
    expect(spoken.pcm).toHaveLength((kokoroRate / 1000) * CHARACTER_MS * text.length)
    expect(spoken.pcm[0]).toBe(0x2020)
  })

  it('understands Kokoro, which sends MP3 whatever it is asked for', async () => {
    telnyx.mp3 = await tone()
    const spoken = say(engine, speakRequest({ text }))
    await until(() => spoken.done)
    expect([spoken.error, spoken.sampleRate]).toEqual([undefined, kokoroRate])
    expect(Math.abs(spoken.pcm.length / kokoroRate - 1)).toBeLessThan(0.15)
    const middle = spoken.pcm.slice(kokoroRate / 4, (kokoroRate * 3) / 4)
    expect(Math.hypot(...middle) / Math.sqrt(middle.length)).toBeGreaterThan(8_000)
  })

  it('speaks Ultra by requests, which its socket refuses', async () => {
    telnyx.mp3 = await tone()
    const settings = { voice_speed: 1.2, emotion: 'happy', unknown: 1 }
    const spoken = say(
      engine,
      speakRequest({ text, voice: 'Ultra.Clara', model: '', language: 'de-AT', settings }),
    )
    await until(() => spoken.done)
    expect([spoken.error, spoken.sampleRate]).toEqual([undefined, kokoroRate])
    expect(Math.abs(spoken.pcm.length / kokoroRate - 1)).toBeLessThan(0.15)
    expect(telnyx.requests).toEqual([
      {
        voice: 'Telnyx.Ultra.Clara',
        text,
        output_type: 'binary_output',
        voice_settings: { language_boost: 'German', voice_speed: 1.2, emotion: 'happy' },
      },
    ])
    expect(server.sessions).toEqual([])
  })

  it('asks the models that have one rate only for that', async () => {
    const spoken = say(engine, speakRequest({ text, voice: 'Telnyx.Qwen3TTS.my-clone', model: '' }))
    await until(() => spoken.done)
    expect([spoken.error, spoken.sampleRate]).toEqual([undefined, 24_000])
  })

  it('speaks several sentences wholly', async () => {
    const sentences = 'One. Two! Three? Four.'
    const spoken = say(engine, speakRequest({ text: sentences }))
    await until(() => spoken.done)
    expect(spoken.error).toBeUndefined()
    expect(spoken.pcm).toHaveLength((kokoroRate / 1000) * CHARACTER_MS * sentences.length)
  })

  it.each([8000, 16000])(
    'asks AWS for %i Hz, and takes the sound that comes with the text',
    async (sampleRate) => {
      const spoken = say(
        engine,
        speakRequest({ text, sampleRate, voice: 'AWS.Polly.Joanna-Neural', model: 'Polly' }),
      )
      await until(() => spoken.done)
      expect(spoken.error).toBeUndefined()
      expect([spoken.sampleRate, spoken.pcm.length]).toEqual([
        sampleRate,
        (sampleRate / 1000) * CHARACTER_MS * text.length,
      ])
      expect(server.sessions[0]!.asked('voice')[0]).toMatch(/^AWS\.Polly\.Joanna-Neural$/i)
    },
  )

  it('tells the error of a synthesis, and speaks the next request', async () => {
    telnyx.speaks = false
    const spoken = say(engine, speakRequest({ text }))
    await until(() => telnyx.holding)
    telnyx.holding!.send({ type: 'error', error: 'Error in audio response' })
    telnyx.holding!.end(1000)
    await until(() => spoken.done)
    expect(spoken.error?.message).toContain('Error in audio response')
    telnyx.forget()
    telnyx.speaks = true
    const next = say(engine, speakRequest({ text }))
    await until(() => next.done)
    expect([next.error, next.pcm.length]).toEqual([
      undefined,
      (kokoroRate / 1000) * CHARACTER_MS * text.length,
    ])
  })

  it.each([
    [400, '10015', 'Invalid voice format', 'request'],
    [403, '10010', 'Cloned voice restricted', 'credentials'],
    [503, '10016', 'The service is temporarily unavailable.', 'server'],
  ])('tells why a handshake was refused with %i', async (status, code, detail, fault) => {
    server.refuse(telnyxRefusal(status, code, 'Refused', detail))
    const spoken = say(engine, speakRequest({ text }))
    await until(() => spoken.done)
    expect([spoken.error?.fault, spoken.error?.status]).toEqual([fault, status])
    expect(spoken.error?.message).toContain(detail)
  })
})
