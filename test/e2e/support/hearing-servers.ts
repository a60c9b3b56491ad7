import { DeepgramListen, deepgramKey } from '../../speech/vendors/deepgram-server.js'
import type { Handshake } from '../../speech/vendors/support/vendor-server.js'
import { VendorServer } from '../../speech/vendors/support/vendor-server.js'
import type { Message, VendorSession } from '../../speech/vendors/support/vendor-session.js'
import { XaiListen, xaiKey } from '../../speech/vendors/xai-listen-server.js'
import { KnownSpeech, type KnownWord } from './known-speech.js'
import { freePort } from './ports.js'
import { type MortalServer, mortal } from './speaking-servers.js'

type HearingServer = Pick<MortalServer, 'kill' | 'revive' | 'settings'> & {
  /** Words that were heard in the session that came last. */
  readonly heard: readonly string[]
}

/** Silence, in ms, that ends a turn. */
const SILENCE_MS = 600

/**
 * Hears the words of a known sentence by Deepgram's protocol: each as an interim result, and the first few settled as soon
 * as they are there.
 */
export async function hearingDeepgram(words: readonly KnownWord[], settles: number): Promise<HearingServer> {
  let heard: string[] = []
  class Hearing extends DeepgramListen {
    private readonly ears = new Map<VendorSession, KnownSpeech>()

    override admit(handshake: Handshake) {
      heard = []
      return super.admit(handshake)
    }

    override received(session: VendorSession, message: Message): void {
      if (!Buffer.isBuffer(message)) return super.received(session, message)
      const ear = this.ears.get(session) ?? new KnownSpeech(words)
      this.ears.set(session, ear)
      if (!ear.hear(message)) return
      heard = ear.found.map(({ word }) => word)
      const last = ear.found.at(-1)!
      if (heard.length === settles) {
        const start = ear.found[0]!.startMs / 1000
        const times = { start, duration: last.endMs / 1000 - start }
        this.settle(session, { ...times, speech_final: false }, heard.join(' '))
      } else this.interim(session, heard.slice(heard.length > settles ? settles : 0).join(' '))
    }
  }
  const port = await freePort()
  return {
    settings: { apiKey: deepgramKey, url: `ws://127.0.0.1:${port}` },
    get heard() {
      return heard
    },
    ...(await mortal(() => VendorServer.start(new Hearing(), port))),
  }
}

/** Hears the words of a known sentence by xAI's protocol, and ends the turn when silence follows. */
export async function hearingXai(words: readonly KnownWord[]): Promise<HearingServer> {
  let heard: string[] = []
  class Hearing extends XaiListen {
    private readonly ears = new Map<VendorSession, KnownSpeech>()

    override admit(handshake: Handshake) {
      heard = []
      return super.admit(handshake)
    }

    override received(session: VendorSession, message: Message): void {
      if (!Buffer.isBuffer(message)) return super.received(session, message)
      const ear = this.ears.get(session) ?? new KnownSpeech(words)
      this.ears.set(session, ear)
      if (ear.hear(message)) {
        heard = ear.found.map(({ word }) => word)
        this.tell(session, heard.join(' '))
      } else if (ear.found.length > 0 && ear.silentMs > SILENCE_MS) {
        this.tell(session, heard.join(' '), true, true)
        this.ears.set(session, new KnownSpeech(words))
      }
    }
  }
  const port = await freePort()
  return {
    settings: { apiKey: xaiKey, url: `ws://127.0.0.1:${port}` },
    get heard() {
      return heard
    },
    ...(await mortal(() => VendorServer.start(new Hearing(), port))),
  }
}
