import koffi from 'koffi'
import {
  encoderRequests,
  OPUS_APPLICATION_VOIP,
  OPUS_FRAME,
  OPUS_LONGEST,
  OPUS_RATE,
  type OpusEngine,
  type OpusSettings,
} from './opus-engine.js'

/** Where the system keeps libopus: Debian and Red Hat, macOS (Homebrew too), Windows. */
const NAMES = ['libopus.so.0', 'libopus.0.dylib', '/opt/homebrew/lib/libopus.0.dylib', 'opus.dll']

type Handle = unknown

/** The calls of libopus that are used here. */
interface Libopus {
  createEncoder(rate: number, channels: number, application: number, error: [number]): Handle
  createDecoder(rate: number, channels: number, error: [number]): Handle
  setEncoder(encoder: Handle, request: number, type: 'int', value: number): number
  encode(encoder: Handle, pcm: Int16Array, samples: number, out: Uint8Array, room: number): number
  decode(
    decoder: Handle,
    payload: Uint8Array | null,
    length: number,
    out: Int16Array,
    samples: number,
    fec: number,
  ): number
  destroyEncoder(encoder: Handle): void
  destroyDecoder(decoder: Handle): void
}

/** The system's libopus through koffi: native speed and nothing to build. Undefined where there is none. */
export const loadLibopus = once((): Libopus | undefined => {
  for (const name of NAMES) {
    try {
      return bind(koffi.load(name))
    } catch {
      // Not here; the next name may be.
    }
  }
  return undefined
})

/** Opus by the system's libopus. */
export class NativeOpus implements OpusEngine {
  private readonly encoder: Handle
  private readonly decoder: Handle
  private closed = false

  constructor(
    private readonly lib: Libopus,
    settings: OpusSettings,
  ) {
    const error: [number] = [0]
    this.encoder = lib.createEncoder(OPUS_RATE, 1, OPUS_APPLICATION_VOIP, error)
    this.decoder = lib.createDecoder(OPUS_RATE, 1, error)
    if (!this.encoder || !this.decoder)
      throw new Error(`libopus could not create a codec (error ${error[0]})`)
    for (const [request, value] of encoderRequests(settings)) {
      lib.setEncoder(this.encoder, request, 'int', value)
    }
  }

  encode(frame: Int16Array, out: Uint8Array): number {
    if (this.closed || frame.length < OPUS_FRAME) return 0
    return Math.max(0, this.lib.encode(this.encoder, frame, OPUS_FRAME, out, out.length))
  }

  decode(payload: Uint8Array, out: Int16Array): number {
    // libopus takes an empty payload for a lost one.
    if (this.closed || payload.length === 0) return 0
    const room = Math.min(out.length, OPUS_LONGEST)
    return Math.max(0, this.lib.decode(this.decoder, payload, payload.length, out, room, 0))
  }

  conceal(out: Int16Array): number {
    if (this.closed || out.length < OPUS_FRAME) return 0
    return Math.max(0, this.lib.decode(this.decoder, null, 0, out, OPUS_FRAME, 0))
  }

  close(): void {
    if (this.closed) return
    this.closed = true
    this.lib.destroyEncoder(this.encoder)
    this.lib.destroyDecoder(this.decoder)
  }
}

function bind(library: ReturnType<typeof koffi.load>): Libopus {
  return {
    createEncoder: library.func('void *opus_encoder_create(int32_t, int, int, _Out_ int *)'),
    createDecoder: library.func('void *opus_decoder_create(int32_t, int, _Out_ int *)'),
    setEncoder: library.func('int opus_encoder_ctl(void *, int, ...)'),
    encode: library.func('int32_t opus_encode(void *, const int16_t *, int, uint8_t *, int32_t)'),
    decode: library.func('int opus_decode(void *, const uint8_t *, int32_t, int16_t *, int, int)'),
    destroyEncoder: library.func('void opus_encoder_destroy(void *)'),
    destroyDecoder: library.func('void opus_decoder_destroy(void *)'),
  }
}

/** Loading code happens once a process, as with an import. */
function once<T>(load: () => T): () => T {
  let loaded: { value: T } | undefined
  return () => {
    loaded ??= { value: load() }
    return loaded.value
  }
}
