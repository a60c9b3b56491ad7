import { createRequire } from 'node:module'
import {
  encoderRequests,
  OPUS_APPLICATION_VOIP,
  OPUS_FRAME,
  OPUS_LONGEST,
  OPUS_RATE,
  OPUS_RESET_STATE,
  type OpusEngine,
  type OpusSettings,
} from './opus-engine.js'

/** An encoder and decoder inside the WebAssembly module; the pointers are byte addresses in its memory. */
interface Handler {
  _encode(pcm: number, samples: number, out: number, frameSamples: number): number
  _decode(payload: number, length: number, pcm: number): number
  _encoder_ctl(request: number, value: number): number
  _decoder_ctl(request: number, value: number): number
}

interface OpusModule {
  OpusScriptHandler: new (rate: number, channels: number, application: number) => Handler
  _malloc(bytes: number): number
  /** Views of the module's memory; the module puts new ones here whenever its memory grows. */
  HEAPU8: Uint8Array
  HEAP16: Int16Array
}

const LONGEST_PAYLOAD = 1276 * 3

/**
 * libopus in WebAssembly, from the package opusscript. Its own JavaScript class is passed by: that one keeps views which
 * go stale when the memory grows (some 200 calls on), writes outside what it allocated, and loses memory with every
 * codec closed. Here all codecs share one set of buffers (calls into the module do not overlap), views are taken
 * afresh, and closed handlers are reset and used again.
 */
export class OpusWasmRuntime {
  private readonly module: OpusModule
  private readonly pcm: number
  private readonly payload: number
  private readonly spare: Handler[] = []

  constructor() {
    const load = createRequire(import.meta.url)(
      'opusscript/build/opusscript_native_wasm.js',
    ) as () => OpusModule
    this.module = load()
    // The module passes PCM with each byte in 16 bits, and a decoder may write 5,760 samples.
    this.pcm = this.module._malloc(5760 * 4)
    this.payload = this.module._malloc(LONGEST_PAYLOAD)
  }

  open(settings: OpusSettings): OpusEngine {
    const handler = this.spare.pop() ?? new this.module.OpusScriptHandler(OPUS_RATE, 1, OPUS_APPLICATION_VOIP)
    for (const [request, value] of encoderRequests(settings)) handler._encoder_ctl(request, value)
    return new WasmOpus(this, handler)
  }

  encode(handler: Handler, frame: Int16Array, out: Uint8Array): number {
    const { module, pcm, payload } = this
    const at = pcm >> 1
    for (let i = 0; i < OPUS_FRAME; i++) {
      module.HEAP16[at + 2 * i] = frame[i] & 0xff
      module.HEAP16[at + 2 * i + 1] = frame[i] >> 8
    }
    const length = handler._encode(pcm, OPUS_FRAME, payload, OPUS_FRAME)
    if (length <= 0 || length > out.length) return 0
    for (let i = 0; i < length; i++) out[i] = module.HEAPU8[payload + i]
    return length
  }

  decode(handler: Handler, bytes: Uint8Array, out: Int16Array): number {
    if (bytes.length > LONGEST_PAYLOAD) return 0
    const { module, pcm, payload } = this
    module.HEAPU8.set(bytes, payload)
    const samples = handler._decode(payload, bytes.length, pcm)
    if (samples <= 0 || samples > out.length || samples > OPUS_LONGEST) return 0
    const at = pcm >> 1
    for (let i = 0; i < samples; i++) {
      out[i] = (module.HEAP16[at + 2 * i] & 0xff) | (module.HEAP16[at + 2 * i + 1] << 8)
    }
    return samples
  }

  release(handler: Handler): void {
    handler._encoder_ctl(OPUS_RESET_STATE, 0)
    handler._decoder_ctl(OPUS_RESET_STATE, 0)
    this.spare.push(handler)
  }
}

/** No `conceal`: the module's decoder conceals 360 ms at a time, which would leave its state too far gone. */
class WasmOpus implements OpusEngine {
  constructor(
    private readonly runtime: OpusWasmRuntime,
    private handler: Handler | undefined,
  ) {}

  encode(frame: Int16Array, out: Uint8Array): number {
    return this.handler && frame.length >= OPUS_FRAME ? this.runtime.encode(this.handler, frame, out) : 0
  }

  decode(payload: Uint8Array, out: Int16Array): number {
    return this.handler && payload.length > 0 ? this.runtime.decode(this.handler, payload, out) : 0
  }

  close(): void {
    if (this.handler) this.runtime.release(this.handler)
    this.handler = undefined
  }
}
