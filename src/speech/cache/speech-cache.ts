import { createHash } from 'node:crypto'
import type { CollectedSpeech } from '../collect-speech.js'
import type { SpeakRequest } from '../engine.js'
import type { CacheFolder } from './cache-folder.js'
import { decodeSpeech, encodeSpeech } from './speech-file.js'

/** A longer text is hardly said twice. */
const MOST_CHARACTERS = 2_000
/** Texts that were said once are remembered, so that they can be told from those said again. */
const MOST_SEEN = 20_000

/**
 * Speech that was synthesised before, on disk: greetings, and sentences that are said again and again. What is said once
 * is not written.
 */
export class SpeechCache {
  private readonly seen = new Set<string>()

  constructor(private readonly folder: CacheFolder) {}

  /**
   * A name for all that changes the sound of a request.
   * @param identity of the engine: which it is, and where
   * @returns undefined for what is not kept
   */
  keyOf(identity: string, request: SpeakRequest): string | undefined {
    const { text, ssml, language, voice, model = '', sampleRate, settings } = request
    if (text.length > MOST_CHARACTERS) return undefined
    const { apiKey: _, api_key_ref: __, ...audible } = settings
    const wishes = Object.entries(audible).sort(([one], [other]) => (one < other ? -1 : 1))
    const all = JSON.stringify([identity, voice, model, language, sampleRate, ssml, wishes, text])
    return createHash('sha256').update(all).digest('hex')
  }

  /** What is kept under a key; undefined, without looking at the disk, where nothing is. */
  async find(key: string): Promise<CollectedSpeech | undefined> {
    if (!this.folder.has(key)) return undefined
    const bytes = await this.folder.read(key)
    const speech = bytes && decodeSpeech(bytes)
    if (bytes && !speech) this.folder.remove(key)
    return speech
  }

  /** Keeps a speech that is said for the second time. */
  keep(key: string, speech: CollectedSpeech): void {
    if (speech.pcm.length === 0 || this.folder.has(key)) return
    if (!this.seen.delete(key)) {
      this.seen.add(key)
      if (this.seen.size > MOST_SEEN) this.seen.delete(this.seen.values().next().value!)
      return
    }
    this.folder.write(key, encodeSpeech(speech))
  }

  /** What is being written is written to its end. */
  close(): Promise<void> {
    return this.folder.close()
  }
}
