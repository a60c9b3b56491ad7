import { setTimeout as sleep } from 'node:timers/promises'
import { isCloud, type Listening, type SpeechToText, sttVendors } from '../../src/speech/index.js'
import type { RegisteredStt } from '../../src/speech/vendor.js'
import { now } from '../clock.js'
import { accountAt, context } from './account.js'
import { Peer } from './peer.js'
import { plainEar } from './plain.js'
import { WARM_MS } from './warm.js'
import { ears } from './wire-facts.js'

const FRAME_MS = 20
/** Groups that streams are spread over within a frame's time, as the relay's pacer does it. */
const PHASES = 5
/** How long connections have to open, in ms. */
const OPEN_MS = 1_500
/** Frames that make a message, at most: so many streams of a group begin one frame after the other, as calls do. */
const STAGGERED = 5

/** ms from the frame that completes a message to the message at the vendor's, for each message of all streams. */
export async function measureEar(vendor: string, streams: number, seconds: number): Promise<number[]> {
  const peer = await Peer.start('ear', vendor, 0)
  const engines = new Engines(vendor, `ws://127.0.0.1:${peer.port}`)
  const open = Array.from({ length: streams }, (_, i) => listen(engines.of(i), i))
  try {
    await sleep(OPEN_MS)
    const begun = now()
    const written = await write(open, seconds)
    await sleep(200)
    const rate = ears[vendor]?.rate ?? 16_000
    const frameBytes = (rate * 2 * FRAME_MS) / 1000
    return (await peer.report()).flatMap(([stream, bytes, at]) => {
      const sentAt = written[stream]?.[Math.ceil(bytes / frameBytes) - 1]
      return sentAt === undefined || sentAt - begun < WARM_MS ? [] : [at - sentAt]
    })
  } finally {
    await Promise.all(open.map((listening) => listening.close()))
    await engines.close()
    peer.stop()
  }
}

function listen(engine: Pick<SpeechToText, 'open'>, stream: number): Listening {
  const listening = engine.open({
    language: 'en-US',
    sampleRate: 16_000,
    model: '',
    hints: [`Stream ${stream}`],
    settings: {},
  })
  listening.on('error', (error) => process.stderr.write(`${error.message}\n`))
  return listening
}

/** The engines of all streams: one of a vendor whose streams share a connection, else one for each. */
class Engines {
  private readonly made: RegisteredStt[] = []

  constructor(
    private readonly vendor: string,
    private readonly url: string,
  ) {}

  of(stream: number): Pick<SpeechToText, 'open'> {
    const row = sttVendors.find(({ name }) => name === this.vendor)
    if (!row || !isCloud(row)) return plainEar(`${this.url}/${stream}`)
    const shared = this.vendor === 'google' ? this.made[0] : undefined
    const engine = shared ?? row.create(accountAt(`${this.url}/${stream}`), context)
    if (!shared) this.made.push(engine)
    return engine
  }

  async close(): Promise<void> {
    await Promise.all(this.made.map((engine) => engine.close()))
  }
}

/** Frames of noise, as they come from calls. @returns when each was written, by stream */
async function write(open: readonly Listening[], seconds: number): Promise<number[][]> {
  const frame = Int16Array.from({ length: 16 * FRAME_MS }, () => (Math.random() - 0.5) * 20_000)
  const written: number[][] = open.map(() => [])
  const begun = now()
  for (let beat = 0; beat < ((WARM_MS + seconds * 1000) * PHASES) / FRAME_MS; beat++) {
    const waitMs = begun + (beat * FRAME_MS) / PHASES - now()
    if (waitMs > 0) await sleep(waitMs)
    for (let i = beat % PHASES; i < open.length; i += PHASES) {
      if (Math.floor(beat / PHASES) < Math.floor(i / PHASES) % STAGGERED) continue
      written[i]!.push(now())
      open[i]!.write(frame, true)
    }
  }
  return written
}
