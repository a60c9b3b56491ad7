import type { CookieJar } from 'tough-cookie'
import { SimulatedClock } from '../../../src/base/simulated-clock.js'
import { telnyxDialect } from '../../../src/twiml/dialects/telnyx.js'
import { twilioDialect } from '../../../src/twiml/dialects/twilio.js'
import { DocumentError, problem } from '../../../src/twiml/document/problem.js'
import type { DocumentRequest, FetchedDocument } from '../../../src/twiml/fetching/request.js'
import type {
  Callback,
  RecordingResult,
  TwimlEvent,
  TwimlOptions,
} from '../../../src/twiml/running/services.js'
import { type DocumentRun, type Instructions, Twiml } from '../../../src/twiml/twiml.js'
import { FakeCall, type FakeCallOptions, FakeCalls } from '../../support/fake-call.js'

type Answer = string | Partial<FetchedDocument> | Error
type Page = Answer | ((request: DocumentRequest) => Answer | Promise<Answer>)

/** Origin of the app whose documents the tests run. */
export const APP = 'http://app.test'

export const response = (...verbs: string[]) => `<Response>${verbs.join('')}</Response>`

/** Documents on fake calls, in simulated time: an app of pages, and what was asked of it. */
export class Rig {
  readonly clock = new SimulatedClock(1_700_000_000_000)
  readonly calls = new FakeCalls(this.clock)
  readonly requests: DocumentRequest[] = []
  readonly jars: CookieJar[] = []
  readonly callbacks: Callback[] = []
  readonly events: TwimlEvent[] = []
  readonly recorded: [sid: string, result: RecordingResult][] = []
  readonly pages: Record<string, Page> = {}
  readonly twiml: Twiml
  readonly services: TwimlOptions
  private sids = 0

  constructor(platform: 'twilio' | 'telnyx' = 'twilio', more: Partial<TwimlOptions> = {}) {
    this.services = {
      dialect: platform === 'twilio' ? twilioDialect : telnyxDialect,
      clock: this.clock,
      random: (count) => Buffer.alloc(count, ++this.sids),
      calls: this.calls,
      fetch: async (request, cookies, signal) => {
        this.requests.push(request)
        this.jars.push(cookies)
        const [address = ''] = request.url.split('?')
        const page = this.pages[address.replace(APP, '')]
        const answer = typeof page === 'function' ? await page(request) : page
        signal.throwIfAborted()
        if (answer instanceof Error) throw answer
        if (answer === undefined) throw notFound(request.url)
        const document = { url: request.url, status: 200, contentType: 'text/xml', text: '' }
        return typeof answer === 'string' ? { ...document, text: answer } : { ...document, ...answer }
      },
      notify: (callback) => this.callbacks.push(callback),
      recordings: {
        begin: () => {
          const sid = `RE${String(++this.sids).padStart(32, '0')}`
          return {
            sid,
            path: `/recordings/${sid}.wav`,
            format: 'wav',
            url: `https://api.test/Recordings/${sid}`,
          }
        },
        ended: (sid, result) => this.recorded.push([sid, result]),
      },
      observe: (_, event) => this.events.push(event),
      shutdown: new AbortController().signal,
      plainSocketHosts: ['apps.lan'],
      ...more,
    }
    this.twiml = new Twiml(this.services)
  }

  /** A call that follows a document at /voice. */
  async start(
    twiml: string,
    { call: options, ...more }: Partial<Omit<Instructions, 'call'>> & { call?: FakeCallOptions } = {},
  ): Promise<{ call: FakeCall; run: DocumentRun }> {
    this.pages['/voice'] = twiml
    const call = new FakeCall({ clock: this.clock, ...options })
    this.calls.all.push(call)
    const run = this.twiml.run({ call, source: { url: `${APP}/voice` }, ...more })
    await this.settle()
    return { call, run }
  }

  /** Lets promises settle, without time passing. */
  async settle(): Promise<void> {
    for (let i = 0; i < 5; i++) await new Promise<void>((resolve) => setImmediate(resolve))
  }

  /** Lets time pass. */
  async pass(ms: number): Promise<void> {
    await this.clock.run(ms, Math.max(20, ms / 50))
    await this.settle()
  }

  /** Ends what is being announced. */
  async finish(call: FakeCall, ...how: Parameters<FakeCall['finishAnnouncement']>): Promise<void> {
    call.finishAnnouncement(...how)
    await this.settle()
  }

  /** The last request for a path, and how often there was one. */
  asked(path: string): DocumentRequest | undefined {
    return this.requests.findLast(({ url }) => url.split('?')[0] === APP + path)
  }

  /** Numbers of the problems so far. */
  get problems(): number[] {
    return this.events.flatMap((event) => (event.type === 'problem' ? [event.problem.number] : []))
  }

  /** Their sentences. */
  get complaints(): string[] {
    return this.events.flatMap((event) => (event.type === 'problem' ? [event.problem.message] : []))
  }
}

export function notFound(url: string): DocumentError {
  return new DocumentError(problem('error', 'document_fetch_failed', `${url}: the app answered 404`))
}
