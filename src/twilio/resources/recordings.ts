import { mkdirSync } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../base/clock.js'
import { messageOf } from '../../base/errors.js'
import type { Log } from '../../base/log.js'
import type { CallControl, RandomBytes } from '../../calls/index.js'
import {
  newSid,
  type RecordingFacts,
  type RecordingResult,
  type RecordingShelf,
  type RunningRecording,
  type ShelvedRecording,
} from '../../twiml/index.js'
import { KeptThings, type ResourceRecords } from './kept.js'
import { copyOf, Mp3Copies } from './mp3-copies.js'

/** A recording of a call. Times are ms since the Unix epoch. */
export interface StoredRecording {
  /** `RE` and 32 hex digits. */
  readonly sid: string
  readonly callSid: string
  readonly conferenceSid: string | null
  readonly source: string
  readonly channels: 1 | 2
  readonly track: 'inbound' | 'outbound' | 'both'
  readonly status: 'in-progress' | 'paused' | 'completed' | 'absent'
  /** ms; undefined before the end. */
  readonly durationMs?: number
  readonly createdAt: number
  readonly updatedAt: number
}

export interface RecordingsOptions {
  readonly folder: string
  readonly records: ResourceRecords
  readonly clock: Clock
  readonly random: RandomBytes
  readonly log: Log
  /** Where apps fetch recordings, without their SID; asked for once HTTP listens. */
  readonly baseUrl: () => string
}

/** Bytes of a WAV file before its audio, as recordings have it. */
const HEADER_BYTES = 44

/** Recordings, made by documents and by the API: WAV files in a folder of the data. */
export class Recordings implements RecordingShelf {
  private readonly copies = new Mp3Copies()
  /** Those that go on, by SID, the latest last. */
  private readonly running = new Map<string, RunningRecording>()

  private constructor(
    private readonly options: RecordingsOptions,
    private readonly kept: KeptThings<StoredRecording>,
  ) {}

  /** Recordings that an earlier process did not finish are over. @throws ParleyError `store_failed` */
  static async load(options: RecordingsOptions): Promise<Recordings> {
    const kept = await KeptThings.load<StoredRecording>('twilio.recording', options.records)
    for (const recording of kept.list()) {
      if (recording.durationMs !== undefined) continue
      const durationMs = await lengthOf(join(options.folder, `${recording.sid}.wav`))
      await kept.put({ ...recording, status: durationMs > 0 ? 'completed' : 'absent', durationMs })
    }
    return new Recordings(options, kept)
  }

  /** @see RecordingShelf */
  begin(call: CallControl, { source, channels, track, conferenceSid }: RecordingFacts): ShelvedRecording {
    const { clock, random } = this.options
    const sid = newSid('RE', random)
    const now = clock.now()
    this.keep({
      ...{ sid, callSid: call.identity.callSid, conferenceSid: conferenceSid ?? null },
      ...{ source, channels, track, status: 'in-progress', createdAt: now, updatedAt: now },
    })
    return { sid, path: this.pathOf(sid), format: 'wav', url: `${this.options.baseUrl()}/${sid}` }
  }

  /** @see RecordingShelf */
  ended(sid: string, { durationMs, failed }: RecordingResult): void {
    this.change(sid, { status: failed ? 'absent' : 'completed', durationMs })
  }

  /** @see RecordingShelf */
  runs(running: RunningRecording): void {
    const { sid } = running
    this.running.set(sid, running)
    running.ended.then(() => this.running.delete(sid))
  }

  /** SID of the latest recording that goes on and is such a one, which the API calls `Twilio.CURRENT`. */
  current(fits: (recording: StoredRecording) => boolean): string | undefined {
    return [...this.running.keys()].findLast((sid) => {
      const recording = this.get(sid)
      return recording && fits(recording)
    })
  }

  /** Resolves when it is over. @returns undefined where it does not go on */
  stop(sid: string): Promise<unknown> | undefined {
    const running = this.running.get(sid)
    running?.recording.stop()
    return running?.ended
  }

  /** @param silent silence is recorded meanwhile @returns whether it goes on */
  pause(sid: string, paused: boolean, silent: boolean): boolean {
    const running = this.running.get(sid)
    running?.recording.pause(paused, silent)
    if (running) this.change(sid, { status: paused ? 'paused' : 'in-progress' })
    return running !== undefined
  }

  /** Newest first. */
  list(): readonly StoredRecording[] {
    return this.kept.list()
  }

  get(sid: string): StoredRecording | undefined {
    return this.kept.get(sid)
  }

  private pathOf(sid: string): string {
    mkdirSync(this.options.folder, { recursive: true })
    return join(this.options.folder, `${sid}.wav`)
  }

  /** Stops it where it goes on. @throws ParleyError `store_failed` */
  async forget(sid: string): Promise<void> {
    await this.stop(sid)
    await this.kept.delete(sid)
    await rm(this.pathOf(sid), { force: true })
    await rm(copyOf(this.pathOf(sid)), { force: true })
  }

  /** Path of a finished recording's file. @throws where there is none */
  fileOf(sid: string, format: 'wav' | 'mp3'): Promise<string> {
    const wav = this.pathOf(sid)
    return format === 'wav' ? Promise.resolve(wav) : this.copies.of(wav)
  }

  close(): Promise<void> {
    return this.copies.close()
  }

  private change(sid: string, changes: Partial<StoredRecording>): void {
    const recording = this.kept.get(sid)
    if (recording) this.keep({ ...recording, ...changes, updatedAt: this.options.clock.now() })
  }

  private keep(recording: StoredRecording): void {
    this.kept.put(recording).catch((thrown: unknown) => {
      this.options.log.error(
        { err: thrown, recording: recording.sid },
        `A recording is lost: ${messageOf(thrown)}`,
      )
    })
  }
}

/** ms of a recording by the size of its file, whatever its header says; 0 where there is none. */
async function lengthOf(wav: string): Promise<number> {
  const file = await open(wav).catch(() => undefined)
  if (!file) return 0
  try {
    const header = Buffer.alloc(HEADER_BYTES)
    const { bytesRead } = await file.read(header, 0, HEADER_BYTES, 0)
    // Bytes of audio in a second, RIFF WAVE.
    const rate = bytesRead === HEADER_BYTES ? header.readUInt32LE(28) : 0
    const { size } = await file.stat()
    return rate === 0 ? 0 : Math.round(((size - HEADER_BYTES) * 1000) / rate)
  } finally {
    await file.close()
  }
}
