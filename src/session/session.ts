import type { Timer } from '../base/clock.js'
import { messageOf, ParleyError } from '../base/errors.js'
import {
  dialects,
  type LanguageCommand,
  type RelayCommand,
  type RelayEvent,
  type Subscription,
} from '../protocol/index.js'
import type { EngineFailure } from '../speech/index.js'
import { AgentReports } from './agent-reports.js'
import { AppLink } from './app-link.js'
import { CallerTurns } from './caller-turns.js'
import { configurationsOf } from './configurations.js'
import { type EndCause, endTable } from './end-table.js'
import type { FrameSource, LegListener } from './leg.js'
import { Ear, EchoGuard } from './listening/index.js'
import type { SessionDependencies, SessionOptions } from './session-options.js'
import { Speaker } from './speaking/index.js'
import { Timeline } from './timeline.js'
import { Voices } from './voices.js'
import { Watchdog } from './watchdog.js'

/** One ConversationRelay session: joins the leg, listening, speaking and the app. */
export class RelaySession implements LegListener, FrameSource {
  private readonly timeline: Timeline
  private readonly voices: Voices
  private readonly speaker: Speaker
  private readonly caller: CallerTurns
  private readonly echo: EchoGuard
  private readonly watchdog: Watchdog
  private readonly startedAt: number
  private ear: Ear | undefined
  private link: AppLink | undefined
  private detach: (() => void) | undefined
  private timeLimit: Timer | undefined
  private transcriptionLanguage: string
  private isAnswered: boolean
  private connected = false
  private ending = false
  private handoffData: string | undefined
  private over = false

  constructor(
    private readonly options: SessionOptions,
    private readonly deps: SessionDependencies,
  ) {
    const { settings, leg, sessionId } = options
    const { clock } = deps
    this.startedAt = clock.now()
    this.isAnswered = options.answered
    this.transcriptionLanguage = settings.transcriptionLanguage
    this.timeline = new Timeline(sessionId, () => clock.now(), deps.timeline)
    this.voices = new Voices(settings, deps.engines, {
      warn: (text) => this.timeline.add('warning', { text }),
      failed: (failure) => this.engineFailed(failure),
    })
    this.echo = new EchoGuard(leg.sampleRate)
    const send = (event: RelayEvent) => {
      this.link?.send(event)
      // While the app thinks, the voice's connection is made sure of.
      if (event.type === 'prompt' && event.last) this.voices.prepare(settings.ttsLanguage, leg.sampleRate)
    }
    const subscribed = (what: Subscription) => settings.subscriptions.includes(what)
    const reports = new AgentReports({
      timeline: this.timeline,
      send,
      subscribed,
      speakingChanged: (on) => (on ? this.caller.bargeIn.agentStarted() : this.caller.bargeIn.settled()),
    })
    this.speaker = new Speaker({
      clock,
      sampleRate: leg.sampleRate,
      resolveVoice: (language) => this.voices.speak(language),
      fetchMedia: deps.fetchMedia,
      sendDigits: (digits, signal) => leg.sendDigits(digits, signal),
      language: settings.ttsLanguage,
      listener: reports,
    })
    this.caller = new CallerTurns({
      clock,
      settings,
      speaker: this.speaker,
      reports,
      timeline: this.timeline,
      echo: () => this.echo.verdict(),
      send,
      subscribed,
      language: () => this.transcriptionLanguage,
    })
    this.watchdog = new Watchdog({
      clock,
      speaker: this.speaker,
      bargeIn: this.caller.bargeIn,
      repaired: (invariant) => this.timeline.add('watchdog', { invariant }),
    })
  }

  /** Opens recognition, begins to synthesise the greeting and dials the app, all at once. */
  start(): void {
    const { settings, leg, sessionId } = this.options
    const { clock, limits, dial, authToken } = this.deps
    this.timeline.add('configurations', {
      configurations: { configurations: configurationsOf(settings), languages: this.voices.describe() },
    })
    this.link = new AppLink({
      dialect: dialects[settings.dialect],
      address: {
        url: settings.url,
        authToken,
        connectTimeoutMs: limits.connectTimeoutMs,
        pingIntervalMs: limits.pingIntervalMs,
      },
      frameBytes: limits.frameBytes,
      dial,
      reconnect: settings.applicationReconnect ? { clock, wanted: () => !this.ending } : undefined,
      timeline: this.timeline,
      listener: {
        opened: () => this.opened(sessionId),
        reopened: () => this.setUp(sessionId),
        command: (command) => this.command(command),
        invalid: () => {},
        tooManyInvalid: () => this.finish('too-many-invalid-frames', 'ten refused frames in a row'),
        roundTrip: (ms) => this.roundTrip(ms),
        lost: (detail) => {
          if (!this.ending) this.finish('app-socket-lost', detail)
        },
        failed: (detail) => this.finish('app-connect-failed', `${settings.url}: ${detail}`),
      },
    })
    this.detach = leg.attach(this, this)
    this.timeLimit = clock.after(limits.sessionMs, () => {
      this.finish('too-long', duration(limits.sessionMs))
    })
    this.watchdog.start()
    try {
      if (settings.refusal !== undefined) throw new ParleyError('relay_setting_invalid', settings.refusal)
      this.ear = new Ear({
        clock,
        sampleRate: leg.sampleRate,
        detector: this.deps.detector,
        ear: this.voices.listen(settings.transcriptionLanguage, leg.sampleRate),
        silenceMs: settings.speechTimeout === 'auto' ? undefined : settings.speechTimeout,
        echo: () => this.caller.bargeIn.echo,
        listener: this.caller,
      })
      this.voices.speak(settings.ttsLanguage)
      this.voices.prepare(settings.ttsLanguage, leg.sampleRate)
      if (settings.welcomeGreeting) {
        this.caller.agentSays(settings.welcomeGreeting)
        this.speaker.greet(settings.welcomeGreeting, settings.welcomeGreetingInterruptible)
      }
    } catch (thrown) {
      this.setupFailure = thrown
    }
  }

  /** Settings the engines refuse are told to the app, so its socket has to open first. */
  private setupFailure: unknown

  /** The call was answered: playout may begin. */
  answered(): void {
    this.isAnswered = true
    if (this.connected && !this.over) this.speaker.start()
  }

  /** Ends the session from outside: the call is gone, a REST command, the node's shutdown. */
  end(cause: EndCause, detail: string): void {
    this.finish(cause, detail)
  }

  /** @see LegListener */
  frame(frame: Int16Array): void {
    this.echo.writeHeard(frame)
    this.ear?.write(frame)
  }

  /** @see LegListener */
  digit(digit: string): void {
    this.caller.digit(digit)
  }

  /** @see LegListener */
  gone(reason: 'rtp-timeout' | 'failed'): void {
    if (reason === 'rtp-timeout') this.finish('rtp-timeout', 'no RTP from the caller')
    else this.finish('internal-error', 'the leg failed')
  }

  /** @see FrameSource */
  pull(frame: Int16Array): boolean {
    const plays = this.speaker.pull(frame)
    this.echo.writePlayed(plays ? frame : undefined, frame.length)
    return plays
  }

  private opened(sessionId: string): void {
    this.connected = true
    this.setUp(sessionId)
    if (this.setupFailure) return this.refuseSettings(this.setupFailure)
    this.options.host.ready()
    if (this.isAnswered) this.speaker.start()
  }

  /** The first frame on every socket. */
  private setUp(sessionId: string): void {
    const { settings, call } = this.options
    this.link?.send({
      type: 'setup',
      sessionId,
      call,
      status: this.isAnswered ? 'answered' : 'ringing',
      parameters: settings.parameters,
    })
  }

  private refuseSettings(thrown: unknown): void {
    const code = thrown instanceof ParleyError ? thrown.code : undefined
    if (code === 'relay_setting_invalid') this.finish('setting-invalid', messageOf(thrown))
    else if (code === 'media_setup_invalid') this.finish('media-setup-invalid', messageOf(thrown))
    else this.finish('internal-error', messageOf(thrown))
  }

  private command(command: RelayCommand): void {
    if (this.over || this.ending) return
    const { settings } = this.options
    switch (command.type) {
      case 'text':
        this.caller.agentSays(command.token)
        return this.speaker.text(command, settings)
      case 'play':
        return this.speaker.play(command, settings)
      case 'sendDigits':
        return this.speaker.digits(command)
      case 'language':
        return this.changeLanguage(command)
      case 'end':
        this.ending = true
        this.handoffData = command.handoffData
        this.speaker.drained().then(() => this.finish('app-ended', 'the app sent end'))
    }
  }

  private changeLanguage({ ttsLanguage, transcriptionLanguage }: LanguageCommand): void {
    try {
      const voice = ttsLanguage === undefined ? undefined : this.voices.speak(ttsLanguage)
      if (transcriptionLanguage !== undefined) {
        this.ear?.switchTo(this.voices.listen(transcriptionLanguage, this.options.leg.sampleRate))
        this.transcriptionLanguage = transcriptionLanguage
      }
      if (voice && ttsLanguage !== undefined) this.speaker.setLanguage(ttsLanguage)
    } catch (thrown) {
      const twilio = thrown instanceof ParleyError ? thrown.twilio : undefined
      this.link?.send({ type: 'error', problem: messageOf(thrown), ...(twilio && { twilio }) })
      this.timeline.add('error_event', { error: { error_code: twilio ?? 0, message: messageOf(thrown) } })
      return
    }
    const language_changed = {
      ...(ttsLanguage !== undefined && { tts_language_code: ttsLanguage }),
      ...(transcriptionLanguage !== undefined && { transcription_language_code: transcriptionLanguage }),
    }
    this.timeline.add('language_changed', { language_changed })
  }

  private engineFailed({ kind, engine, error, next, retryMs }: EngineFailure): void {
    const code =
      kind === 'stt' ? 'stt_failed' : conversionFailed(error) ? 'tts_conversion_failed' : 'tts_failed'
    const then = next
      ? `; ${next} goes on`
      : retryMs === undefined
        ? ''
        : `; no engine is left, all are tried again in ${retryMs} ms`
    const message = error.message + then
    const { twilio } = new ParleyError(code)
    this.timeline.add('error_event', {
      error: { error_code: twilio ?? 0, message, code, engine, next: next ?? null },
    })
  }

  private roundTrip(ms: number): void {
    this.timeline.add('round_trip', { round_trip_ms: ms })
    if (!this.options.settings.subscriptions.includes('debugging')) return
    this.link?.send({ type: 'info', name: 'roundTripDelayMs', value: String(Math.round(ms)) })
  }

  private finish(cause: EndCause, detail: string): void {
    if (this.over) return
    this.over = true
    const { settings, sessionId, host } = this.options
    const row = endTable[cause]
    const dialect = dialects[settings.dialect]
    this.timeLimit?.cancel()
    this.watchdog.stop()
    this.detach?.()
    this.speaker.close()
    this.ear?.close()
    if (row.error) {
      const error = new ParleyError(row.error)
      const message = `${error.message} ${detail}`
      if (row.tellApp) this.link?.send({ type: 'error', problem: message, twilio: error.twilio })
      this.timeline.add('error_event', { error: { error_code: error.twilio ?? 0, message, code: row.error } })
    }
    if (row.close === 'normal') this.link?.close(dialect.closeNormal)
    else if (row.close === 'invalid') this.link?.close(dialect.closeTooManyInvalid)
    else this.link?.close(row.close ?? dialect.closeNormal)
    const endedAt = this.deps.clock.now()
    const duration_in_seconds = Math.round((endedAt - this.startedAt) / 1000)
    this.timeline.add('call_wrap_up', { call_wrap_up: { duration_in_seconds, end_status: row.wrapUp } })
    host.ended({
      sessionId,
      cause,
      detail,
      handoffData: this.handoffData,
      engines: this.voices.used(settings.ttsLanguage),
      startedAt: this.startedAt,
      endedAt,
    })
  }
}

function conversionFailed(error: Error): boolean {
  return error instanceof ParleyError && error.code === 'tts_conversion_failed'
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  return seconds < 120 ? `${seconds} seconds` : `${Math.round(seconds / 60)} minutes`
}
