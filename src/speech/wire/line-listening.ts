import { EventEmitter } from 'node:events'
import { Resampler } from '../../audio/index.js'
import type { Clock, Timer } from '../../base/clock.js'
import { messageOf } from '../../base/errors.js'
import type { Listening, ListeningEvents } from '../engine.js'
import { SilenceTurns } from '../silence-turns.js'
import { VendorError } from '../vendor-error.js'
import { type AudioFormat, sampleBytes, writeBytes } from './audio-bytes.js'
import type { SttSignal } from './stt-dialogue.js'
import { TurnAssembly } from './turn-assembly.js'

/** A way to a speech-to-text vendor, by a socket or by the vendor's own package. */
export interface SttLine {
  /** Bytes that were sent and have not left yet. */
  readonly buffered: number
  /** Audio in the format agreed on; only once the line is ready. */
  send(bytes: Buffer): void
  /** Asks for the rest. @returns whether the vendor can be asked */
  finalize(): boolean
  /** Nobody has spoken for long: what the vendor keeps may go. */
  idle?(): void
  close(): void
}

/** What a line tells, from the time its opening returned on. */
export type SttLineListener = (signal: SttSignal) => void

export interface LineListeningOptions {
  readonly vendor: string
  readonly clock: Clock
  /** Hz of the frames written. */
  readonly sampleRate: number
  readonly endpointing: 'engine' | 'relay'
  /** What the vendor is sent. */
  readonly format: AudioFormat
  /** ms of audio in a message. */
  readonly packetMs: number
  /** ms of audio that a message must have. */
  readonly leastPacketMs?: number | undefined
  /** ms of silence after which the vendor is asked for the rest, where it ends no turns by itself. */
  readonly silenceMs?: number | undefined
  /** Whether `finalized` follows each `finalize`; where not, the next final answers it. */
  readonly confirmsFinalize: boolean
}

/** ms without a voice after which the line is told, so that what the vendor keeps does not grow. */
const LONGEST_QUIET_MS = 30_000
const nothing = Buffer.alloc(0)
/** Stands in the backlog where the vendor is to be asked for the rest. */
const ask = Buffer.alloc(0)
/** Audio that waits for the line to be ready, in ms; older is dropped. */
const MOST_BACKLOG_MS = 30_000
/** Audio that may wait to be sent on a line, in ms: more, and the connection is stuck. */
const MOST_BUFFERED_MS = 5_000
/** ms after `finalize` by which the vendor must have answered; then what is there counts. */
const FINAL_MS = 1_500
/** The same where nothing was asked, and nothing is outstanding. */
const QUIET_FINAL_MS = 300

/** A recognition stream over a line to a vendor, whatever the vendor. */
export class LineListening extends EventEmitter<ListeningEvents> implements Listening {
  private readonly line: SttLine
  private readonly turns: TurnAssembly
  private readonly resampler: Resampler | undefined
  private resampled = new Int16Array(0)
  private readonly packetBytes: number
  private readonly bytesPerMs: number
  /** The message that fills up: so many of its bytes are audio. */
  private packet = nothing
  private packed = 0
  private backlog: Buffer[] = []
  private isReady = false
  private over = false
  private closed = false
  private deadline: Timer | undefined
  private readonly silence: SilenceTurns | undefined

  constructor(
    private readonly options: LineListeningOptions,
    open: (listener: SttLineListener) => SttLine,
  ) {
    super()
    const { format, packetMs, sampleRate, endpointing, confirmsFinalize, silenceMs } = options
    if (silenceMs !== undefined) this.silence = new SilenceTurns(silenceMs, LONGEST_QUIET_MS)
    this.bytesPerMs = (format.sampleRate / 1000) * sampleBytes(format.encoding)
    this.packetBytes = packetMs * this.bytesPerMs
    if (format.sampleRate !== sampleRate) this.resampler = new Resampler(sampleRate, format.sampleRate)
    this.turns = new TurnAssembly(endpointing, confirmsFinalize, {
      partial: (transcript) => this.emit('partial', transcript),
      final: (transcript) => {
        this.deadline?.cancel()
        this.emit('final', transcript)
      },
      endOfTurn: () => this.emit('endOfTurn'),
    })
    this.line = open((signal) => this.heed(signal))
  }

  write(frame: Int16Array, voiced = true): void {
    if (this.over) return
    this.pack(this.atRate(frame))
    if (this.packed >= this.packetBytes) this.flush()
    const ms = (frame.length * 1000) / this.options.sampleRate
    const ended = this.silence?.add(voiced, ms)
    if (ended === 'turn') this.endTurn()
    else if (ended === 'quiet' && this.isReady) this.line.idle?.()
  }

  finalize(): void {
    if (this.over) return
    if (this.packed >= (this.options.leastPacketMs ?? 0) * this.bytesPerMs) this.flush()
    this.turns.finalize()
    this.deadline?.cancel()
    const asks = this.isReady && this.line.finalize()
    const waits = asks || !this.isReady || this.turns.isPending
    this.deadline = this.options.clock.after(waits ? FINAL_MS : QUIET_FINAL_MS, () => this.turns.finalized())
  }

  async close(): Promise<void> {
    this.closed = true
    if (this.over) return
    this.end()
    this.line.close()
  }

  /** What the vendor says now is the end of a turn, which nobody but the silence has told it. */
  private endTurn(): void {
    this.flush()
    if (this.isReady) this.line.finalize()
    else this.backlog.push(ask)
  }

  private pack(pcm: Int16Array): void {
    const { encoding } = this.options.format
    const needed = this.packed + pcm.length * sampleBytes(encoding)
    if (needed > this.packet.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.packetBytes, needed))
      this.packet.copy(larger, 0, 0, this.packed)
      this.packet = larger
    }
    this.packed = writeBytes(pcm, encoding, this.packet, this.packed)
  }

  private flush(): void {
    if (this.packed === 0) return
    const bytes = this.packet.subarray(0, this.packed)
    // What was handed on may wait in a socket.
    this.packet = nothing
    this.packed = 0
    if (this.isReady) return this.send(bytes)
    this.backlog.push(bytes)
    const most = (MOST_BACKLOG_MS * this.bytesPerMs) / this.packetBytes
    if (this.backlog.length > most) this.backlog.shift()
  }

  private send(bytes: Buffer): void {
    this.line.send(bytes)
    if (this.line.buffered <= MOST_BUFFERED_MS * this.bytesPerMs) return
    this.fail(new VendorError(this.options.vendor, 'stalled', 'takes no more audio'))
  }

  private heed(signal: SttSignal): void {
    if (this.over) return
    switch (signal.type) {
      case 'ready':
        return this.becomeReady()
      case 'partial':
        return this.turns.partial(signal.transcript)
      case 'final':
        return this.turns.final(signal.transcript)
      case 'endOfTurn':
        return this.turns.endOfTurn()
      case 'finalized':
        return this.turns.finalized()
      case 'failed':
        return this.fail(signal.error)
    }
  }

  private becomeReady(): void {
    if (this.isReady) return
    this.isReady = true
    for (const bytes of this.backlog) {
      if (bytes === ask) this.line.finalize()
      else this.line.send(bytes)
    }
    this.backlog = []
    if (this.turns.isAsked) this.line.finalize()
  }

  private fail(error: VendorError): void {
    if (this.over) return
    this.end()
    this.line?.close()
    // A line may fail while it is being opened, before anybody can have listened.
    queueMicrotask(() => {
      if (!this.closed) this.emit('error', error)
    })
  }

  private end(): void {
    this.over = true
    this.deadline?.cancel()
    this.backlog = []
    this.packet = nothing
    this.packed = 0
  }

  /** Valid until the next call. */
  private atRate(frame: Int16Array): Int16Array {
    if (!this.resampler) return frame
    const room = this.resampler.room(frame.length)
    if (this.resampled.length < room) this.resampled = new Int16Array(room)
    return this.resampled.subarray(0, this.resampler.process(frame, this.resampled))
  }
}

/** Anything thrown while a vendor's message was read, as its error. */
export function asVendorError(vendor: string, thrown: unknown): VendorError {
  return thrown instanceof VendorError ? thrown : new VendorError(vendor, 'protocol', messageOf(thrown))
}
