import { messageOf } from '../../base/errors.js'
import type { Log } from '../../base/log.js'
import type { RecordedText } from '../../twiml/index.js'
import { KeptThings, type ResourceRecords } from './kept.js'

/** The text of a recording. Times are ms since the Unix epoch. */
export interface Transcript extends RecordedText {
  readonly createdAt: number
}

/** What recordings were transcribed to. */
export class Transcripts {
  private constructor(
    private readonly kept: KeptThings<Transcript>,
    private readonly log: Log,
  ) {}

  /** @throws ParleyError `store_failed` */
  static async load(records: ResourceRecords, log: Log): Promise<Transcripts> {
    return new Transcripts(await KeptThings.load<Transcript>('twilio.transcription', records), log)
  }

  /** Newest first. @param recordingSid those of one recording */
  list(recordingSid?: string): readonly Transcript[] {
    const all = this.kept.list()
    return recordingSid === undefined ? all : all.filter((one) => one.recordingSid === recordingSid)
  }

  get(sid: string): Transcript | undefined {
    return this.kept.get(sid)
  }

  add(transcript: Transcript): void {
    this.kept.put(transcript).catch((thrown: unknown) => {
      this.log.error({ err: thrown, sid: transcript.sid }, `A transcription is lost: ${messageOf(thrown)}`)
    })
  }

  /** @throws ParleyError `store_failed` */
  delete(sid: string): Promise<void> {
    return this.kept.delete(sid)
  }
}
