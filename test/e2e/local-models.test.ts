import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasSherpa, TestModels } from '../speech/sherpa/support/models.js'
import { writeVoiceTransducer } from '../speech/sherpa/support/streaming-models.js'
import { letterMs, speakerHz, writePiperVoice } from '../speech/sherpa/support/voice-models.js'
import { TestApp } from './support/app.js'
import { Baresip } from './support/baresip.js'
import { soundIn } from './support/locate.js'
import { lacks } from './support/needs.js'
import { TestRelay } from './support/relay.js'
import { concat, type Pcm, say, silence } from './support/speech.js'

/** The only word that the recogniser of this test knows: any voice is that to it. */
const anyVoice = 'open'

describe.skipIf(lacks('baresip-core', 'flite') || !hasSherpa())('a call on models of this machine', () => {
  const models = new TestModels()
  let dir: string
  let app: TestApp
  let relay: TestRelay
  let phone: Baresip

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'parley-'))
    models.add('one-word', 'streaming-transducer', writeVoiceTransducer)
    models.add('vits-piper-en_US-tones-low', 'vits', writePiperVoice, { languages: ['en-US'] })
    app = await TestApp.start()
    relay = await TestRelay.start(dir, {
      models: { dir: models.dir },
      routes: [{ to: '1000', relay: { url: app.url, voice: 'high', events: 'speaker-events' } }],
    })
  })
  afterAll(async () => {
    await phone?.stop()
    await relay?.stop()
    await app?.stop()
    models.remove()
    rmSync(dir, { recursive: true, force: true })
  })

  it('is told at the start', () => {
    expect(relay.output).toContain('Speech to text: sherpa-onnx (one-word)')
    expect(relay.output).toContain('Text to speech: sherpa-onnx (vits-piper-en_US-tones-low)')
  })

  it('hears the caller and is heard', async () => {
    await phone?.stop()
    const nth = app.connections.length
    phone = await Baresip.start({
      dir: join(dir, 'phone'),
      codec: 'G722',
      microphone: concat(silence(1_500), say('good morning everybody', dir, 'rms'), silence(20_000)),
    })
    await phone.dial(`sip:1000@127.0.0.1:${relay.sipPort}`)
    const connection = await app.connection(nth)
    const { frame } = await connection.frame('prompt', ({ last }) => last === true)
    expect(frame['voicePrompt']).toContain(anyVoice)
    connection.send({ type: 'text', token: 'Hello hello hello.', last: true })
    await connection.frame('info', ({ name, value }) => name === 'agentSpeaking' && value === 'off')
    const heard = phone.heard()
    const { fromMs, toMs } = soundIn(heard)!
    expect(toMs - fromMs).toBeGreaterThan(15 * letterMs * 0.8)
    expect(pitch(heard, fromMs + 50, fromMs + 300)).toBeCloseTo(speakerHz[1]!, -2)
  })
})

/** Hz of a tone, by its crossings of zero. */
function pitch({ samples, sampleRate }: Pcm, fromMs: number, toMs: number): number {
  const [from, to] = [fromMs, toMs].map((ms) => Math.round((ms * sampleRate) / 1000)) as [number, number]
  let crossings = 0
  for (let i = from + 1; i < to; i++) if (samples[i - 1]! < 0 !== samples[i]! < 0) crossings++
  return (crossings * sampleRate) / (2 * (to - from))
}
