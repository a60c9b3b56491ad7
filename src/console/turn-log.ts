import { type TimelineEvent, TurnTracker } from '../session/index.js'
import type { NewSession, TurnRecord } from '../store/index.js'

/** What of a language matters to how fast it is heard and spoken. */
interface LanguageSetup {
  readonly tts_provider?: string
  readonly voice?: string
  readonly transcription_provider?: string
}

/** Follows one session and tells each of its turns once it is over: answered aloud, or never. */
export class TurnLog {
  private readonly tracker = new TurnTracker()
  private number = 0
  private told = true
  private languages: Readonly<Record<string, LanguageSetup>> = {}
  private spoken = ''
  private heard = ''

  constructor(
    private readonly session: Pick<NewSession, 'sessionId' | 'callSid' | 'url'>,
    private readonly turn: (turn: TurnRecord) => void,
  ) {}

  add(event: TimelineEvent): void {
    if (event.name === 'configurations') this.configured(event.data)
    if (event.name === 'language_changed') this.changed(event.data)
    // The next turn, or the end, begins: what is open now was not answered.
    if (event.name === 'prompt_sent' || event.name === 'call_wrap_up') this.tell()
    const moment = this.tracker.add(event)
    if (moment === 'prompt') {
      this.number++
      this.told = false
    }
    if (moment === 'firstAudio') this.tell()
  }

  private tell(): void {
    const { turn } = this.tracker
    if (this.told || !turn) return
    this.told = true
    const [speaks, hears] = [this.languages[this.spoken], this.languages[this.heard]]
    this.turn({
      sessionId: this.session.sessionId,
      number: this.number,
      callSid: this.session.callSid,
      app: this.session.url,
      stt: hears?.transcription_provider ?? '',
      tts: speaks?.tts_provider ?? '',
      voice: speaks?.voice ?? '',
      language: this.heard,
      text: turn.text,
      speechEndedAt: turn.speechEndedAt,
      promptAt: turn.promptAt,
      firstTokenAt: turn.firstTokenAt ?? null,
      firstAudioAt: turn.firstAudioAt ?? null,
    })
  }

  private configured(data: TimelineEvent['data']): void {
    const settings = Object(data['configurations']) as Record<string, unknown>
    this.languages = Object(data['languages'])
    this.spoken = String(settings['ttsLanguage'] ?? '')
    this.heard = String(settings['transcriptionLanguage'] ?? '')
  }

  private changed(data: TimelineEvent['data']): void {
    const { tts_language_code: spoken, transcription_language_code: heard } = Object(data['language_changed'])
    if (typeof spoken === 'string') this.spoken = spoken
    if (typeof heard === 'string') this.heard = heard
  }
}
