import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '../../base/clock.js'
import { newCallIdentity, newSessionId } from '../../calls/index.js'
import { SimulatedLeg } from '../../legs/index.js'
import { Recorder } from '../../media/index.js'
import type { RelaySettings } from '../../protocol/index.js'
import { Pacer } from '../../rtp/index.js'
import {
  dialApp,
  endTable,
  MediaFetcher,
  RelaySession,
  type SessionResult,
  type TimelineEvent,
} from '../../session/index.js'
import { createSpeechRegistry, type SpeechOptions } from '../../speech/index.js'
import type { CallerLine } from './caller-line.js'
import { voiceLines } from './voice-lines.js'

export interface RunCallOptions {
  readonly settings: RelaySettings
  readonly lines: readonly CallerLine[]
  readonly from: string
  readonly to: string
  /** The caller's voice. */
  readonly voice: string
  readonly sampleRate: 8000 | 16000
  /** Longest the call may take, in ms. */
  readonly limitMs: number
  readonly authToken?: string | undefined
  /** Folder for `recording.wav` and `timeline.json`; created. */
  readonly out?: string | undefined
  /** Engines; those of this machine where absent. */
  readonly speech?: SpeechOptions | undefined
  readonly onEvent: (event: TimelineEvent) => void
}

export interface CallReport {
  readonly result: SessionResult
  readonly status: 'completed' | 'ended' | 'failed'
  readonly events: readonly TimelineEvent[]
  /** Keys the app sent to the caller. */
  readonly digitsReceived: string
}

/** Runs one scripted call against an app, in this process: no phone, no network but the app's socket. */
export async function runCall(options: RunCallOptions): Promise<CallReport> {
  const { settings, sampleRate, out } = options
  const speech = await createSpeechRegistry(options.speech)
  const media = new MediaFetcher()
  const pacer = new Pacer({ clock: systemClock })
  const events: TimelineEvent[] = []
  try {
    const script = await voiceLines(options.lines, {
      speech,
      sampleRate,
      voice: options.voice,
      language: settings.transcriptionLanguage,
      warn: once(complain),
    })
    if (out) await mkdir(out, { recursive: true })
    let session: RelaySession | undefined
    const leg = new SimulatedLeg({
      id: 'caller',
      sampleRate,
      clock: systemClock,
      pacer,
      script,
      hungUp: () => session?.end('caller-gone', 'the caller hung up'),
    })
    const recorder = out ? new Recorder(join(out, 'recording.wav'), sampleRate, complain) : undefined
    leg.onFrames((caller, agent) => recorder?.write(caller, agent))
    const identity = newCallIdentity(randomBytes)
    const result = await new Promise<SessionResult>((resolve) => {
      session = new RelaySession(
        {
          sessionId: newSessionId(settings.dialect, randomBytes),
          settings,
          call: {
            ...identity,
            accountSid: `AC${'0'.repeat(31)}1`,
            accountId: '00000000-0000-4000-8000-000000000001',
            parentCallSid: '',
            from: options.from,
            to: options.to,
            forwardedFrom: '',
            callerName: '',
            direction: 'inbound',
            callType: 'PSTN',
          },
          leg,
          answered: true,
          host: { ready() {}, ended: resolve },
        },
        {
          clock: systemClock,
          engines: speech,
          detector: speech.detector,
          dial: dialApp,
          fetchMedia: media.fetch,
          timeline: (event) => {
            events.push(event)
            options.onEvent(event)
          },
          limits: {
            connectTimeoutMs: 5_000,
            pingIntervalMs: 20_000,
            sessionMs: options.limitMs,
            frameBytes: 1_048_576,
          },
          authToken: options.authToken,
        },
      )
      session.start()
    })
    leg.close()
    await recorder?.close()
    const status = endTable[result.cause].status
    if (out)
      await writeFile(join(out, 'timeline.json'), `${JSON.stringify({ status, result, events }, null, 2)}\n`)
    return { result, status, events, digitsReceived: leg.digitsReceived }
  } finally {
    await Promise.all([speech.close(), media.close()])
  }
}

function complain(detail: string): void {
  process.stderr.write(`${detail}\n`)
}

function once(tell: (text: string) => void): (text: string) => void {
  const told = new Set<string>()
  return (text) => {
    if (!told.has(text)) tell(text)
    told.add(text)
  }
}
