import { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import type { Speech } from '../../src/media/index.js'
import type {
  Listening,
  ListeningEvents,
  SpeakRequest,
  SpeechAudio,
  SpeechToText,
  TextToSpeech,
  VoiceDetector,
  VoiceListener,
} from '../../src/speech/index.js'
import { readControl } from './control.js'

/** ms of tone for a character of text: the pace of speech. */
const MS_PER_CHARACTER = 60
const TONE_HZ = 500
const AMPLITUDE = 8_000

/**
 * Speech engines that take no time. What the caller says, and when, the driver tells by the control socket, as a vendor
 * would by its own; what the agent says is a tone, there at once. Streams are numbered from 0 in the order of their opening.
 */
export function instantSpeech(control: Socket, stop: () => void): Speech {
  const listenings: InstantListening[] = []
  const voices: VoiceListener[] = []
  readControl(control, ({ word, rest }) => {
    const [stream = '', ...words] = rest.split(' ')
    if (word === 'voice') voices[Number(stream)]?.voiceStart(0)
    else if (word === 'quiet') voices[Number(stream)]?.voiceEnd(0)
    else if (word === 'final') listenings[Number(stream)]?.understood(words.join(' '))
    else if (word === 'stop') stop()
  })

  const stt: SpeechToText = {
    name: 'instant',
    endpointing: 'engine',
    open() {
      const listening = new InstantListening()
      listenings.push(listening)
      return listening
    },
  }
  const detector: VoiceDetector = {
    open(_sampleRate, listener) {
      voices.push(listener)
      return { write() {}, close() {} }
    },
    close: async () => {},
  }
  const tts = new InstantVoice()
  return {
    detector,
    resolveStt: ({ language }) => ({ engine: stt, language }),
    resolveTts: ({ voice, language }) => ({ engine: tts, voice, language }),
    describe: () => ['speech: instant engines of the benchmark'],
    close: async () => {},
  }
}

class InstantListening extends EventEmitter<ListeningEvents> implements Listening {
  write(): void {}
  finalize(): void {}
  async close(): Promise<void> {}

  understood(text: string): void {
    this.emit('final', { text, language: 'en-US', confidence: 1 })
    this.emit('endOfTurn')
  }
}

class InstantVoice implements TextToSpeech {
  readonly name = 'instant'
  readonly ssml = false
  private readonly tones = new Map<number, Int16Array>()

  async *speak({ text, sampleRate }: SpeakRequest): AsyncIterable<SpeechAudio> {
    const samples = (text.length * MS_PER_CHARACTER * sampleRate) / 1000
    yield { pcm: this.tone(sampleRate).slice(0, samples), sampleRate, marks: [] }
  }

  /** 20 seconds, made once. */
  private tone(sampleRate: number): Int16Array {
    const known = this.tones.get(sampleRate)
    if (known) return known
    const tone = new Int16Array(20 * sampleRate)
    for (let i = 0; i < tone.length; i++)
      tone[i] = AMPLITUDE * Math.sin((2 * Math.PI * TONE_HZ * i) / sampleRate)
    this.tones.set(sampleRate, tone)
    return tone
  }
}
