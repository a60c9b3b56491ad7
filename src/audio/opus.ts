import type { Codec } from './codec.js'
import type { OpusEngine, OpusSettings } from './opus-engine.js'
import { loadLibopus, NativeOpus } from './opus-native.js'
import { OpusWasmRuntime } from './opus-wasm.js'

/** What codes Opus in this process: the system's libopus, or the WebAssembly build that always comes along. */
export type OpusBackend = 'libopus' | 'wasm'

/** The backend that `new OpusCodec()` takes: libopus where the system has it. */
export function opusBackend(): OpusBackend {
  return loadLibopus() ? 'libopus' : 'wasm'
}

/** Opus (RFC 6716, RFC 7587) for speech: mono, 16 kHz on the PCM side, 20 ms packets, in-band FEC. */
export class OpusCodec implements Codec {
  readonly name = 'opus'
  readonly sampleRate = 16000
  readonly clockRate = 48000
  /** One lost frame, concealed by the decoder; only libopus can. */
  readonly conceal?: (out: Int16Array) => number
  private readonly engine: OpusEngine

  /** @throws Error when `backend` is `libopus` and the system has none */
  constructor(settings: OpusSettings = {}, backend: OpusBackend = opusBackend()) {
    this.engine = openEngine(settings, backend)
    if (this.engine.conceal) this.conceal = this.engine.conceal.bind(this.engine)
  }

  encode(frame: Int16Array, out: Uint8Array): number {
    return this.engine.encode(frame, out)
  }

  decode(payload: Uint8Array, out: Int16Array): number {
    return this.engine.decode(payload, out)
  }

  close(): void {
    this.engine.close()
  }
}

let runtime: OpusWasmRuntime | undefined

function openEngine(settings: OpusSettings, backend: OpusBackend): OpusEngine {
  if (backend === 'wasm') {
    runtime ??= new OpusWasmRuntime()
    return runtime.open(settings)
  }
  const lib = loadLibopus()
  if (!lib) throw new Error('The system has no libopus (Debian: apt-get install libopus0)')
  return new NativeOpus(lib, settings)
}
