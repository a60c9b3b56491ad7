import type { Clock } from '../../base/clock.js'
import type { Log } from '../../base/log.js'
import type { CallControl, CallService, Dialable, RandomBytes, Routing } from '../../calls/index.js'
import { DocumentFetcher, reportProgress, Twiml, type TwimlEvent, telnyxDialect } from '../../twiml/index.js'
import type { WebhookSender } from '../../webhooks/index.js'
import type { SigningKey } from '../keys/index.js'
import { matchNumber } from '../resources/number-match.js'
import type { RecordingArchive } from '../resources/recordings.js'
import { texmlCallbacks } from './callbacks.js'
import { TexmlShelf } from './shelf.js'
import { texmlSigner } from './sign.js'

/** A TeXML application, under Telnyx's names: its numbers are answered by the document at `voice_url`. */
export interface TexmlApplication {
  readonly id: string
  readonly voice_url: string
  readonly voice_method: 'GET' | 'POST'
  readonly voice_fallback_url?: string | undefined
  readonly status_callback?: string | undefined
  readonly status_callback_method: 'GET' | 'POST'
  readonly numbers: readonly string[]
}

export interface TexmlOptions {
  readonly applications: readonly TexmlApplication[]
  readonly key: SigningKey
  readonly archive: RecordingArchive
  readonly sender: WebhookSender
  readonly clock: Clock
  readonly random: RandomBytes
  readonly uuid: () => string
  readonly log: Log
}

/** Calls that follow TeXML, by the interpreter that TwiML has too. */
export class Texml {
  private readonly shutdown = new AbortController()
  private readonly fetcher: DocumentFetcher
  private readonly notify: ReturnType<typeof texmlCallbacks>
  private twiml: Twiml | undefined

  constructor(private readonly options: TexmlOptions) {
    const { clock, key, sender, uuid } = options
    this.fetcher = new DocumentFetcher({ clock, hosts: {}, sign: texmlSigner(key, clock) })
    this.notify = texmlCallbacks(sender, clock, uuid)
  }

  /** Takes calls to the numbers of TeXML applications. */
  readonly routing: Routing = ({ dialled }) => {
    const { applications } = this.options
    const number = matchNumber(
      applications.flatMap(({ numbers }) => numbers),
      dialled,
    )
    const application = applications.find(({ numbers }) => number !== undefined && numbers.includes(number))
    if (!application || !this.twiml) return undefined
    return { route: application.voice_url, drive: (call) => this.receive(call, application) }
  }

  /** Numbers that are no patterns. */
  get dialable(): readonly Dialable[] {
    return this.options.applications.flatMap(({ numbers, voice_url: name }) =>
      numbers.filter((number) => !number.endsWith('*')).map((to) => ({ to, name })),
    )
  }

  /** Calls may come from now on. */
  start(service: CallService): void {
    const { clock, random, archive, uuid } = this.options
    this.twiml = new Twiml({
      ...{ clock, random, notify: this.notify },
      dialect: telnyxDialect,
      calls: service,
      fetch: this.fetcher.fetch,
      recordings: new TexmlShelf(archive, clock, uuid),
      observe: (call, event) => this.observe(call, event),
      shutdown: this.shutdown.signal,
      plainSocketHosts: [],
    })
  }

  /** Drops what is still asked of apps. */
  async close(): Promise<void> {
    this.shutdown.abort()
    await this.fetcher.close()
  }

  private receive(call: CallControl, application: TexmlApplication): void {
    const { id, voice_url, voice_method, voice_fallback_url, status_callback } = application
    const parameters = { ConnectionId: id }
    if (status_callback) {
      const report = { url: status_callback, method: application.status_callback_method, parameters }
      const services = { clock: this.options.clock, dialect: telnyxDialect, notify: this.notify }
      reportProgress(call, { ...report, events: ['initiated', 'ringing', 'answered', 'completed'] }, services)
    }
    this.twiml?.run({
      call,
      source: { url: voice_url, method: voice_method },
      ...(voice_fallback_url && { fallback: { url: voice_fallback_url, method: voice_method } }),
      parameters,
    })
  }

  private observe(call: CallControl, event: TwimlEvent): void {
    const { log } = this.options
    const { callControlId } = call.identity
    if (event.type === 'problem') {
      const { level, number, message } = event.problem
      log[level === 'error' ? 'error' : 'warn']({ callControlId, number }, message)
    } else if (event.type === 'request') {
      const { url, method } = event.request
      log.debug({ callControlId, url, method, status: event.document?.status ?? null }, 'document asked for')
    }
  }
}
