import { EventEmitter } from 'node:events'
import { expect, it } from 'vitest'
import { SimulatedClock } from '../../../src/base/simulated-clock.js'
import type { Listening, ListeningEvents, SpeakRequest, SpeechAudio } from '../../../src/speech/engine.js'
import { probeEar, probeVoice } from '../../../src/speech/failover/probe-engines.js'
import { defaultFailoverTimes } from '../../../src/speech/failover/times.js'

const clock = new SimulatedClock(0)
const context = { clock, times: defaultFailoverTimes, signal: new AbortController().signal }

function voice(samples: number) {
  const asked: SpeakRequest[] = []
  async function* speak(request: SpeakRequest): AsyncGenerator<SpeechAudio> {
    asked.push(request)
    yield { pcm: new Int16Array(samples), sampleRate: 8_000, marks: [] }
  }
  return { name: 'acme', ssml: false, speak, asked, voiceFor: () => ({ voice: 'ada', language: 'en-US' }) }
}

it('a voice says a word in a voice of its own', async () => {
  const engine = voice(10)
  await probeVoice(engine, context)
  expect(engine.asked).toMatchObject([{ voice: 'ada', language: 'en-US', text: 'OK.' }])
})

it('a voice that says nothing is not well', async () => {
  await expect(probeVoice(voice(0), context)).rejects.toMatchObject({ fault: 'server' })
})

class Ear extends EventEmitter<ListeningEvents> implements Listening {
  heard = 0
  closed = false
  write() {
    this.heard++
  }
  finalize() {}
  async close() {
    this.closed = true
  }
}

const engineOf = (ear: Ear) => ({ name: 'acme', endpointing: 'engine' as const, open: () => ear })

it('a recogniser hears silence for a while, and is closed', async () => {
  const ear = new Ear()
  const probe = probeEar(engineOf(ear), context)
  clock.advance(3_100)
  await probe
  expect(ear.heard).toBeGreaterThan(140)
  expect(ear.closed).toBe(true)
})

it('a recogniser that fails is not well, nor one whose probe is ended', async () => {
  const ear = new Ear()
  const probe = probeEar(engineOf(ear), context)
  ear.emit('error', new Error('no'))
  await expect(probe).rejects.toThrow('no')
  const closing = new AbortController()
  const other = probeEar(engineOf(new Ear()), { ...context, signal: closing.signal })
  closing.abort()
  await expect(other).rejects.toThrow()
  clock.advance(10_000)
  expect(ear.heard).toBe(0)
})
