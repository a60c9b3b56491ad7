import type { Clock } from '../base/clock.js'
import type { InterruptMode, RelayEvent, RelaySettings, Subscription } from '../protocol/index.js'
import { primarySubtag, type Transcript } from '../speech/index.js'
import type { AgentReports } from './agent-reports.js'
import { BargeIn, type EarListener, type EchoVerdict, EchoWords, type Turn } from './listening/index.js'
import type { Speaker } from './speaking/index.js'
import type { Timeline } from './timeline.js'

export interface CallerTurnsOptions {
  readonly clock: Clock
  readonly settings: RelaySettings
  readonly speaker: Speaker
  readonly reports: AgentReports
  readonly timeline: Timeline
  readonly echo: () => EchoVerdict
  readonly send: (event: RelayEvent) => void
  readonly subscribed: (what: Subscription) => boolean
  /** Language being listened for, as the app named it. */
  readonly language: () => string
}

/** The utterance in progress. */
interface Utterance {
  /** It began while the agent was speaking. */
  readonly overAgent: boolean
  interrupted: boolean
}

/** Turns what the caller says and presses into prompts, digits and interruptions. */
export class CallerTurns implements EarListener {
  readonly bargeIn: BargeIn
  private readonly agentWords = new EchoWords()
  private utterance: Utterance | undefined

  constructor(private readonly options: CallerTurnsOptions) {
    const { clock, settings, speaker, timeline, echo } = options
    this.bargeIn = new BargeIn({
      clock,
      agent: speaker,
      echo,
      sensitivity: settings.interruptSensitivity,
      ignoreBackchannel: settings.ignoreBackchannel,
      listener: {
        paused: () => timeline.add('barge_in_paused'),
        resumed: (why) => timeline.add('barge_in_resumed', { why }),
        echoed: ({ explained, delayMs }) =>
          timeline.add('barge_in_resumed', {
            why: 'echo',
            explained: round(explained),
            delay_ms: Math.round(delayMs),
          }),
      },
    })
  }

  /** Text that the agent is about to speak. */
  agentSays(text: string): void {
    if (this.options.settings.echoPromptFiltering) this.agentWords.said(text)
  }

  voiceStart(): void {
    this.bargeIn.voiceStart()
  }

  voiceEnd(): void {
    this.bargeIn.voiceEnd()
  }

  partial(transcript: Transcript): void {
    if (this.isEcho(transcript.text)) return
    const utterance = this.begin()
    const prompt = () => this.sendPartial(transcript, utterance)
    if (this.bargeIn.words(transcript)) {
      utterance.interrupted = true
      this.interrupt('SPEECH', prompt)
    } else prompt()
  }

  turn({ transcript, speechEndedAt }: Turn): void {
    const echo = this.isEcho(transcript.text)
    const blank = transcript.text === ''
    if (echo || blank) {
      if (this.utterance) this.end()
      if (echo && !blank) this.withhold(transcript.text, 'echo')
      return this.bargeIn.turnOver('')
    }
    const utterance = this.begin()
    if (this.bargeIn.words(transcript)) {
      utterance.interrupted = true
      this.interrupt('SPEECH')
    } else this.bargeIn.turnOver(transcript.text)
    this.end()

    const latency_ms = Math.max(0, Math.round(this.options.clock.now() - speechEndedAt))
    if (!this.deliverable(utterance)) return this.withhold(transcript.text, 'agent_speaking')
    this.options.send({
      type: 'prompt',
      text: transcript.text,
      language: this.languageOf(transcript),
      last: true,
    })
    this.options.timeline.add('stt_latency', { stt_latency: { latency_ms } })
    this.options.timeline.add('prompt_sent', { text: transcript.text })
  }

  failed(detail: string, retryMs: number): void {
    const message = `${detail}; opened again in ${retryMs} ms`
    this.options.timeline.add('error_event', { error: { error_code: 64114, message, code: 'stt_failed' } })
  }

  /** A key was pressed. */
  digit(digit: string): void {
    const { settings, speaker, timeline, send } = this.options
    timeline.add('dtmf', { digit })
    const interrupts = speaker.speaking && speaker.interruptibleBy('dtmf')
    const reported = !speaker.speaking || interrupts || allows(settings.reportInputDuringAgentSpeech, 'dtmf')
    if (settings.dtmfDetection && reported) send({ type: 'dtmf', digit })
    if (interrupts) this.interrupt('DTMF')
  }

  /** Cuts the agent's speech, in the order of frames recorded on real calls. */
  private interrupt(type: 'SPEECH' | 'DTMF', between?: () => void): void {
    const { speaker, reports, timeline, send } = this.options
    reports.holdOff(() => {
      const heard = speaker.cut()
      if (heard) {
        send({ type: 'interrupt', heardText: heard.text, heardMs: Math.round(heard.durationMs) })
        timeline.add('interrupt', {
          interrupt: { type },
          heard: heard.text,
          heard_ms: Math.round(heard.durationMs),
        })
      }
      between?.()
    })
    this.bargeIn.settled()
  }

  /** By sound always; by its words when the app asked for `echoPromptFiltering`, which knows no delay or distortion. */
  private isEcho(text: string): boolean {
    return this.bargeIn.echo || (this.options.settings.echoPromptFiltering && this.agentWords.echoes(text))
  }

  private begin(): Utterance {
    if (this.utterance) return this.utterance
    this.utterance = { overAgent: this.options.speaker.speaking, interrupted: false }
    this.options.timeline.add('start_of_customer_speech')
    this.speaking('on')
    return this.utterance
  }

  private end(): void {
    this.utterance = undefined
    this.options.timeline.add('end_of_customer_speech')
    this.speaking('off')
  }

  private speaking(value: 'on' | 'off'): void {
    if (this.options.subscribed('speaker-events'))
      this.options.send({ type: 'info', name: 'clientSpeaking', value })
  }

  private sendPartial(transcript: Transcript, utterance: Utterance): void {
    if (!this.options.settings.partialPrompts || !this.deliverable(utterance)) return
    this.options.send({
      type: 'prompt',
      text: transcript.text,
      language: this.languageOf(transcript),
      last: false,
    })
  }

  /** Speech over the agent reaches the app only when it interrupted, outlasted the agent, or was asked for. */
  private deliverable({ interrupted, overAgent }: Utterance): boolean {
    const { speaker, settings } = this.options
    return (
      interrupted ||
      !overAgent ||
      !speaker.speaking ||
      allows(settings.reportInputDuringAgentSpeech, 'speech')
    )
  }

  private withhold(text: string, why: 'echo' | 'agent_speaking'): void {
    this.options.timeline.add('prompt_withheld', { text, why })
  }

  private languageOf(transcript: Transcript): string {
    const asked = this.options.language()
    if (asked === 'multi' || asked === 'auto') return primarySubtag(transcript.language)
    const { dialect, speechModel } = this.options.settings
    return dialect === 'twilio' && /^flux/i.test(speechModel) ? primarySubtag(asked) : asked
  }
}

/** Whether a mode names a kind of input. */
function allows(mode: InterruptMode, kind: 'speech' | 'dtmf'): boolean {
  return mode === 'any' || mode === kind
}

function round(share: number): number {
  return Math.round(share * 100) / 100
}
