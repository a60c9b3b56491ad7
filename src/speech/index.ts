// TEMPORARY wiring until the real registry lands; not to be committed.
import { execFile } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { readFile, unlink } from 'node:fs/promises'
import koffi from 'koffi'
import { Resampler, readWav } from '../audio/index.js'
import type { Listening, ListeningEvents, ListenOptions, SpeechToText, TextToSpeech } from './engine.js'
import type { VoiceDetector } from './voice-activity.js'

export type * from './engine.js'
export type * from './voice-activity.js'

export function stripSsml(text: string): string {
  return text.replace(/<[^>]*>/g, ' ')
}

const M = '/usr/share/pocketsphinx/model/en-us'
class Listen extends EventEmitter<ListeningEvents> implements Listening {
  private inUtt = false
  private last = ''
  private readonly up: Resampler | undefined
  private readonly out = new Int16Array(640)
  private pre: Int16Array[] = []
  private n = 0
  constructor(
    private readonly o: ListenOptions,
    private readonly f: any,
    private readonly d: any,
  ) {
    super()
    if (o.sampleRate === 8000) this.up = new Resampler(8000, 16000)
  }
  write(frame: Int16Array, voiced: boolean): void {
    let pcm = frame
    if (this.up) pcm = this.out.subarray(0, this.up.process(frame, this.out))
    if (!this.inUtt) {
      this.pre.push(pcm.slice())
      if (this.pre.length > 20) this.pre.shift()
      if (!voiced) return
      this.f.start(this.d)
      this.inUtt = true
      for (const p of this.pre) this.f.raw(this.d, p, p.length, 0, 0)
      this.pre = []
      return
    }
    this.f.raw(this.d, pcm.slice(), pcm.length, 0, 0)
    if (++this.n % 10 === 0) {
      const h = this.f.hyp(this.d, null) ?? ''
      if (h && h !== this.last) this.emit('partial', { text: h, language: this.o.language })
      this.last = h
    }
  }
  finalize(): void {
    if (!this.inUtt)
      return void queueMicrotask(() => this.emit('final', { text: '', language: this.o.language }))
    this.f.end(this.d)
    this.inUtt = false
    this.last = ''
    this.emit('final', { text: this.f.hyp(this.d, null) ?? '', language: this.o.language })
  }
  async close(): Promise<void> {
    if (this.inUtt) this.f.end(this.d)
    this.f.free(this.d)
  }
}

export async function createSpeechRegistry(_: { stt: string; tts: string }) {
  const ps = koffi.load('libpocketsphinx.so.3')
  const sb = koffi.load('libsphinxbase.so.3')
  const f = {
    args: ps.func('void* ps_args()'),
    cmd: sb.func('void* cmd_ln_init(void*, void*, int, ...)'),
    init: ps.func('void* ps_init(void*)'),
    start: ps.func('int ps_start_utt(void*)'),
    raw: ps.func('int ps_process_raw(void*, int16_t*, size_t, int, int)'),
    end: ps.func('int ps_end_utt(void*)'),
    hyp: ps.func('const char* ps_get_hyp(void*, void*)'),
    free: ps.func('int ps_free(void*)'),
  }
  const stt: SpeechToText = {
    name: 'pocketsphinx',
    endpointing: 'relay',
    open: (o) => {
      const c = f.cmd(
        null,
        f.args(),
        1,
        'str',
        '-hmm',
        'str',
        `${M}/en-us`,
        'str',
        '-dict',
        'str',
        `${M}/cmudict-en-us.dict`,
        'str',
        '-lm',
        'str',
        `${M}/en-us.lm.bin`,
        'str',
        '-logfn',
        'str',
        '/dev/null',
        'void*',
        null,
      )
      return new Listen(o, f, f.init(c))
    },
  }
  let n = 0
  const tts: TextToSpeech = {
    name: 'flite',
    ssml: false,
    async *speak({ text, voice }) {
      const file = `/tmp/t-${process.pid}-${n++}.wav`
      await new Promise<void>((ok, bad) =>
        execFile('flite', ['-voice', voice || 'slt', '-t', text, '-o', file], (e) => (e ? bad(e) : ok())),
      )
      const wav = readWav(await readFile(file))
      await unlink(file)
      yield { pcm: wav.pcm, sampleRate: wav.sampleRate, marks: [] }
    },
  }
  const detector: VoiceDetector = {
    open: (_rate, l) => {
      let on = false
      let loud = 0
      let quiet = 0
      return {
        write(frame) {
          let s = 0
          for (const v of frame) s += v * v
          if (Math.sqrt(s / frame.length) > 400) {
            loud++
            quiet = 0
          } else {
            quiet++
            loud = 0
          }
          if (!on && loud >= 3) {
            on = true
            l.voiceStart(60)
          }
          if (on && quiet >= 12) {
            on = false
            l.voiceEnd(240)
          }
        },
        close() {},
      }
    },
    close: async () => {},
  }
  return {
    resolveTts: (w: { voice: string; language: string; provider: string }) => ({
      engine: tts,
      voice: ['slt', 'rms', 'awb', 'kal'].includes(w.voice) ? w.voice : 'slt',
      language: w.language,
    }),
    resolveStt: (w: { language: string; provider: string; model: string }) => ({
      engine: stt,
      language: w.language,
    }),
    detector,
    describe: () => ['temporary speech'],
    close: async () => {},
  }
}
export type SpeechRegistry = Awaited<ReturnType<typeof createSpeechRegistry>>
