import { setTimeout as sleep } from 'node:timers/promises'
import { resample } from '../../../src/audio/index.js'
import { Cartesia, cartesiaKey } from '../../speech/vendors/cartesia-server.js'
import { OpenAi, openAiKey } from '../../speech/vendors/openai-server.js'
import { VendorServer } from '../../speech/vendors/support/vendor-server.js'
import type { VendorSession } from '../../speech/vendors/support/vendor-session.js'
import { trimmed } from './locate.js'
import { freePort } from './ports.js'
import { type Pcm, say } from './speech.js'
import { alignWords } from './words.js'

/** ms that a vendor takes until its first audio. */
const FIRST_MS = 200
/** ms of speech in a message. */
const PIECE_MS = 60

/** A speech vendor's server that can be killed, and comes back at the same address. */
export interface MortalServer {
  readonly settings: { readonly apiKey: string; readonly url: string }
  /** ms of speech that it sent for the request that came last. */
  readonly said: number
  /** Every connection is gone, and nobody answers any more. */
  kill(): Promise<void>
  revive(): Promise<void>
}

/**
 * Speaks in flite's voice by Cartesia's protocol, with the times of the words.
 * @param leadMs how far it is ahead of the one who listens
 */
export async function speakingCartesia(dir: string, leadMs: number): Promise<MortalServer> {
  let said = 0
  class Speaking extends Cartesia {
    override finish(session: VendorSession, context_id: string): void {
      const text = this.contexts.get(context_id)?.trim() ?? ''
      this.contexts.delete(context_id)
      const speech = trimmed(say(text, dir))
      const words = alignWords(text, speech, dir)
      const message = { done: false, status_code: 206, context_id }
      const word_timestamps = {
        words: text.split(' '),
        start: words.map(({ startMs }) => startMs / 1000),
        end: words.map(({ endMs }) => endMs / 1000),
      }
      session.send({ type: 'timestamps', word_timestamps, ...message })
      said = 0
      const send = (pcm: Buffer) => {
        said += PIECE_MS
        session.send({ type: 'chunk', data: pcm.toString('base64'), step_time: 1, ...message })
      }
      void pace(speech, leadMs, send, () => session.closed !== undefined).then(() => {
        session.send({ type: 'done', ...message, done: true })
      })
    }
  }
  const port = await freePort()
  return {
    settings: { apiKey: cartesiaKey, url: `ws://127.0.0.1:${port}` },
    get said() {
      return said
    },
    ...(await mortal(() => VendorServer.start(new Speaking(), port))),
  }
}

/** Speaks in flite's voice by OpenAI's HTTP API, which tells nothing of words. */
export async function speakingOpenAi(dir: string, leadMs: number): Promise<MortalServer> {
  let said = 0
  const port = await freePort()
  const start = async () => {
    const server = await OpenAi.start(port)
    server.answer = (asked) => {
      const speech = trimmed(say(String(asked.fields['input']), dir))
      const at24k = { sampleRate: 24_000, samples: resample(speech.samples, speech.sampleRate, 24_000) }
      asked.response.writeHead(200, { 'content-type': 'audio/pcm' })
      said = 0
      const send = (pcm: Buffer) => {
        said += PIECE_MS
        asked.response.write(pcm)
      }
      void pace(at24k, leadMs, send, () => asked.gone).then(() => asked.response.end())
    }
    return server
  }
  return {
    settings: { apiKey: openAiKey, url: `http://127.0.0.1:${port}` },
    get said() {
      return said
    },
    ...(await mortal(start)),
  }
}

/** Starts a server that dies and lives again. */
export async function mortal(
  start: () => Promise<{ close(): Promise<void> }>,
): Promise<Pick<MortalServer, 'kill' | 'revive'>> {
  let server: { close(): Promise<void> } | undefined = await start()
  return {
    kill: async () => {
      await server?.close()
      server = undefined
    },
    revive: async () => {
      server ??= await start()
    },
  }
}

/** Sends speech as it would be heard, a little ahead. */
async function pace(
  { sampleRate, samples }: Pcm,
  leadMs: number,
  send: (pcm: Buffer) => void,
  gone: () => boolean,
): Promise<void> {
  await sleep(FIRST_MS)
  const begun = performance.now()
  const size = (sampleRate * PIECE_MS) / 1000
  for (let at = 0; at < samples.length && !gone(); at += size) {
    const early = (at * 1000) / sampleRate - leadMs - (performance.now() - begun)
    if (early > 0) await sleep(early)
    const piece = samples.subarray(at, at + size)
    send(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength))
  }
}
