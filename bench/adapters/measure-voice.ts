import { isCloud, type TextToSpeech, ttsVendors } from '../../src/speech/index.js'
import { now } from '../clock.js'
import { accountAt, context } from './account.js'
import { Peer } from './peer.js'
import { plainVoice } from './plain.js'
import { WARM_MS } from './warm.js'

/** Samples of a stream so far, and when they were there to be played. */
type Delivery = [samples: number, at: number]

/** A stream that is so much later over than it should be is given up, in ms. */
const LATE_MS = 10_000

/** ms from a message's leaving at the vendor's to its audio being there to be played, for each message of all streams. */
export async function measureVoice(vendor: string, streams: number, seconds: number): Promise<number[]> {
  const lengthMs = WARM_MS + seconds * 1000
  const peer = await Peer.start('voice', vendor, lengthMs)
  const engine = engineOf(vendor, `ws://127.0.0.1:${peer.port}`)
  try {
    const begun = now()
    const latest = lengthMs + LATE_MS
    const played = await Promise.all(
      Array.from({ length: streams }, (_, i) => speak(engine, i, AbortSignal.timeout(latest))),
    )
    return (await peer.report()).flatMap(([stream, bytes, at]) => {
      const there = played[stream]?.find(([samples]) => samples * 2 >= bytes)
      return there && at - begun >= WARM_MS ? [there[1] - at] : []
    })
  } finally {
    await engine.close?.()
    peer.stop()
  }
}

async function speak(
  engine: TextToSpeech & Partial<Voiced>,
  stream: number,
  signal: AbortSignal,
): Promise<Delivery[]> {
  const voice = engine.voiceFor?.({ name: '', language: 'en-US' }) ?? { voice: '', language: 'en-US' }
  const request = { text: `Stream ${stream}.`, ssml: false, sampleRate: 16_000, settings: {}, ...voice }
  const deliveries: Delivery[] = []
  let samples = 0
  for await (const { pcm } of engine.speak(request, signal)) {
    samples += pcm.length
    deliveries.push([samples, now()])
  }
  return deliveries
}

interface Voiced {
  voiceFor(wish: { name: string; language: string }): { voice: string; language: string } | undefined
  close(): Promise<void>
}

function engineOf(vendor: string, url: string): TextToSpeech & Partial<Voiced> {
  const row = ttsVendors.find(({ name }) => name === vendor)
  if (!row || !isCloud(row)) return plainVoice(url)
  return row.create(accountAt(url), context)
}
