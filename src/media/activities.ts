import type { Mp3Encoder } from '../audio/index.js'
import type { Clock } from '../base/clock.js'
import type { RtpLeg } from '../legs/index.js'
import type { DialApp, FetchMedia } from '../session/index.js'
import { Announcer, type AnnouncerListener } from './announcing/announcer.js'
import { AnswerWatches } from './answering/answer-watches.js'
import type { LegCommand, LegEvent } from './leg-commands.js'
import { Listens } from './listening/listens.js'
import { VoiceWatches } from './listening/voice-watches.js'
import type { MediaPlaneOptions, Speech } from './options.js'
import { Recordings } from './recording/recordings.js'
import { LegStreams } from './streams/leg-streams.js'

export interface ActivityTools {
  readonly clock: Clock
  readonly speech: Speech
  readonly fetchMedia: FetchMedia
  readonly mp3: Mp3Encoder
  readonly dial: DialApp
  readonly plane: Pick<MediaPlaneOptions, 'limits' | 'authToken'>
  readonly emit: (event: LegEvent) => void
  readonly log: (level: 'warn' | 'error', message: string) => void
}

/** What is done with a leg outside of sessions, and beside them: it is played to, listened to, recorded and streamed. */
export class Activities {
  readonly announcer: Announcer
  /** What is heard over whatever else the party hears. */
  readonly overlay: Announcer
  readonly streams: LegStreams
  /** What is said in the party's place. */
  private readonly voice: Announcer
  private readonly listens: Listens
  private readonly answers: AnswerWatches
  private readonly voices: VoiceWatches
  private readonly recordings: Recordings

  constructor(leg: RtpLeg, tools: ActivityTools) {
    const { clock, speech, fetchMedia, mp3, emit, log } = tools
    const { id: name, sampleRate } = leg
    const warn = (text: string) => log('warn', `${name}: ${text}`)
    const programs = {
      clock,
      sampleRate,
      engines: speech,
      fetchMedia,
      sendDigits: (digits: string, signal: AbortSignal, pressMs?: number) =>
        leg.sendDigits(digits, signal, pressMs),
      warn,
    }
    const played: AnnouncerListener = {
      announcing: (id) => emit({ type: 'announcing', leg: name, id }),
      announced: (id, end, detail, code) =>
        emit({ type: 'announced', leg: name, id, end, detail, ...(code && { code }) }),
    }
    this.announcer = new Announcer(programs, played)
    this.overlay = new Announcer(programs, played)
    this.voice = new Announcer(programs, played)
    leg.speakAsParty(this.voice)
    const heardVoice = (id: string, on: boolean) => emit({ type: 'voice', leg: name, id, on })
    this.voices = new VoiceWatches(leg, speech.detector, heardVoice)
    this.listens = new Listens(leg, {
      clock,
      engines: speech,
      detector: speech.detector,
      warn,
      listener: {
        voice: heardVoice,
        heard: (id, { text, language, confidence }, final) =>
          emit({ type: 'heard', leg: name, id, text, final, language, confidence }),
        ended: (id) => emit({ type: 'listened', leg: name, id }),
        failed: (id, detail) => emit({ type: 'listen-failed', leg: name, id, detail }),
      },
    })
    this.answers = new AnswerWatches(leg, (id, finding) => emit({ type: 'answerer', leg: name, id, finding }))
    this.recordings = new Recordings(leg, {
      detector: speech.detector,
      mp3,
      listener: {
        started: (id) => emit({ type: 'recording', leg: name, id }),
        ended: (id, end, facts) => emit({ type: 'recorded', leg: name, id, end, ...facts }),
      },
    })
    const { dial, plane } = tools
    const { connectTimeoutMs, pingIntervalMs } = plane.limits
    this.streams = new LegStreams(
      { clock, leg, dial, connectTimeoutMs, pingIntervalMs, authToken: plane.authToken, fetchMedia },
      {
        streaming: (id) => emit({ type: 'streaming', leg: name, id }),
        streamed: (id, end, detail) => emit({ type: 'streamed', leg: name, id, end, detail }),
        warn,
      },
    )
  }

  perform(command: LegCommand): void {
    switch (command.type) {
      case 'announce':
        return (command.overlay ? this.overlay : this.announcer).add(command.id, command.item)
      case 'stop-announcing':
        this.announcer.stop(command.id)
        return this.overlay.stop(command.id)
      case 'speak-as-party':
        return this.voice.add(command.id, command.item)
      case 'stop-speaking-as-party':
        return this.voice.stop()
      case 'listen':
        return this.listens.start(command.id, command.wish)
      case 'stop-listening':
        return this.listens.stop(command.id)
      case 'watch-answer':
        return this.answers.start(command.id, command.wish)
      case 'stop-watching':
        return this.answers.stop(command.id)
      case 'watch-voice':
        return this.voices.start(command.id)
      case 'stop-watching-voice':
        return this.voices.stop(command.id)
      case 'record':
        return this.recordings.start(command.id, command.wish)
      case 'pause-recording':
        return this.recordings.pause(command.id, command.paused, command.silent)
      case 'stop-recording':
        return this.recordings.stop(command.id)
      case 'stream':
        return this.streams.start(command.id, command.wish)
      case 'stop-stream':
        return this.streams.stop(command.id)
    }
  }

  /** The leg closes. Resolves when the recordings are whole, and what was said last is told where that is wanted. */
  async close(): Promise<void> {
    this.announcer.close()
    this.overlay.close()
    this.voice.close()
    this.streams.close()
    this.answers.close()
    this.voices.close()
    await Promise.all([this.listens.close(), this.recordings.close()])
  }
}

/** Tells of commands for a leg that closed before its media was known. */
export function refuse(commands: readonly LegCommand[], emit: (event: LegEvent) => void): void {
  for (const command of commands) {
    const { leg } = command
    if (command.type === 'announce' || command.type === 'speak-as-party') {
      emit({ type: 'announced', leg, id: command.id, end: 'leg-closed', detail: '' })
    } else if (command.type === 'record') {
      emit({ type: 'recorded', leg, id: command.id, end: 'leg-closed', durationMs: 0, bytes: 0, detail: '' })
    } else if (command.type === 'stream') {
      emit({ type: 'streamed', leg, id: command.id, end: 'leg-closed', detail: '' })
    }
  }
}
