import { EventEmitter, on } from 'node:events'
import { WebSocket } from 'ws'
import type { Listening, ListeningEvents, SpeechToText, TextToSpeech } from '../../src/speech/index.js'

/** The name under which sockets without an adapter are measured, for comparison. */
export const PLAIN = 'none (a plain socket)'

/** Sends each frame as it is. */
export function plainEar(url: string): Pick<SpeechToText, 'open'> {
  return { open: () => new PlainListening(new WebSocket(url, { perMessageDeflate: false })) }
}

class PlainListening extends EventEmitter<ListeningEvents> implements Listening {
  constructor(private readonly socket: WebSocket) {
    super()
  }

  write(frame: Int16Array): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(Buffer.from(frame.slice().buffer))
  }

  finalize(): void {}

  async close(): Promise<void> {
    this.socket.terminate()
  }
}

/** Takes binary messages as PCM. */
export function plainVoice(url: string): TextToSpeech {
  return {
    name: PLAIN,
    ssml: false,
    async *speak({ text, sampleRate }) {
      const socket = new WebSocket(url, { perMessageDeflate: false })
      socket.on('open', () => socket.send(JSON.stringify({ text })))
      for await (const [data, isBinary] of on(socket, 'message', { close: ['close'] })) {
        if (!isBinary) break
        yield { pcm: new Int16Array((data as Buffer).length >> 1), sampleRate, marks: [] }
      }
      socket.terminate()
    },
  }
}
