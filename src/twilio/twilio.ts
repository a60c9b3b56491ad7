import { join } from 'node:path'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Clock } from '../base/clock.js'
import type { HostMap } from '../base/host-map.js'
import type { Log } from '../base/log.js'
import type { CallControl, CallService, Dialable, RandomBytes, Routing } from '../calls/index.js'
import type { Store } from '../store/index.js'
import {
  type Callback,
  DocumentFetcher,
  type FetchDocument,
  type Problem,
  Twiml,
  twilioDialect,
} from '../twiml/index.js'
import type { WebhookSender } from '../webhooks/index.js'
import type { Account } from './account/account.js'
import { callLog, noticeLog } from './call/call-log.js'
import { Recorder } from './call/recorder.js'
import { StatusReports } from './call/status.js'
import { instructionsOf, TwilioCalls } from './call/twilio-calls.js'
import { callbackSender } from './callbacks/callbacks.js'
import type { Signer } from './callbacks/signer.js'
import { requireAccount } from './http/auth.js'
import { registerApi } from './http/index.js'
import { registerInsights } from './insights/routes.js'
import {
  type Application,
  type ConfiguredApplication,
  configuredApplication,
} from './resources/applications.js'
import { conferenceRecord } from './resources/conferences.js'
import { KeptThings } from './resources/kept.js'
import { configuredKeys, type Keys } from './resources/keys.js'
import { type ConfiguredNumber, configuredNumber, numberFor, type PhoneNumber } from './resources/numbers.js'
import { QueueRecords } from './resources/queues.js'
import { Recordings } from './resources/recordings.js'
import { Transcripts } from './resources/transcripts.js'

/** `twilio` of the configuration, as far as calls are concerned. */
export interface TwilioConfig {
  readonly hosts: HostMap
  readonly numbers: readonly ConfiguredNumber[]
  readonly applications: readonly ConfiguredApplication[]
}

/** Documents that this node makes itself: nothing is asked of a server for them. */
export interface InnerDocuments {
  owns(url: string): boolean
  readonly fetch: FetchDocument
}

/** What drives calls by documents, for others who do. */
export interface TwilioVoice {
  readonly twiml: Twiml
  readonly recorder: Recorder
  readonly recordings: Recordings
  /** Tells who answered a call. */
  readonly detector: Pick<TwilioCalls, 'watchAnsweredBy'>
  /** Puts something amiss among the notifications; without a call where none has to do with it. */
  readonly report: (problem: Problem, callSid?: string) => void
  /** Lets requests of the account through. @throws ApiError */
  readonly admit: (request: FastifyRequest) => Promise<void>
}

export interface TwilioOptions {
  readonly config: TwilioConfig
  readonly account: Account
  readonly sign: Signer
  readonly dataDir: string
  readonly clock: Clock
  readonly random: RandomBytes
  readonly uuid: () => string
  readonly log: Log
  readonly store: Store
  readonly sender: WebhookSender
  /** What the outside calls the HTTP server; asked for once it listens. */
  readonly baseUrl: () => string
  readonly inner?: InnerDocuments | undefined
}

/** Twilio: numbers and applications whose calls follow TwiML, and the API that knows about them. */
export class Twilio {
  private readonly shutdown = new AbortController()
  private readonly fetcher: DocumentFetcher
  private calls: TwilioCalls | undefined

  private constructor(
    private readonly options: TwilioOptions,
    private readonly numbers: KeptThings<PhoneNumber>,
    private readonly applications: KeptThings<Application>,
    private readonly recordings: Recordings,
    private readonly transcripts: Transcripts,
    private readonly queues: QueueRecords,
    private readonly keys: Keys,
  ) {
    const { clock, config, sign } = options
    this.fetcher = new DocumentFetcher({ clock, hosts: config.hosts, sign })
  }

  /** @throws ParleyError `store_failed` */
  static async load(options: TwilioOptions): Promise<Twilio> {
    const { config, account, clock, random, log, store, dataDir, baseUrl } = options
    const records = store.resources
    const now = clock.now()
    return new Twilio(
      options,
      await KeptThings.load(
        'twilio.number',
        records,
        config.numbers.map((number) => configuredNumber(number, now)),
      ),
      await KeptThings.load(
        'twilio.application',
        records,
        config.applications.map((application) => configuredApplication(application, now)),
      ),
      await Recordings.load({
        ...{ records, clock, random, log },
        folder: join(dataDir, 'recordings', 'twilio'),
        baseUrl: () => `${baseUrl()}/2010-04-01/Accounts/${account.sid}/Recordings`,
      }),
      await Transcripts.load(records, log),
      await QueueRecords.load(records, log),
      await KeptThings.load('twilio.key', records, configuredKeys(account, now)),
    )
  }

  /** Takes calls to the numbers that TwiML answers, and to applications by their SID, which is how browsers dial them. */
  readonly routing: Routing = ({ dialled }) => {
    const { calls, applications } = this
    const number = applications.get(dialled) ? undefined : numberFor(dialled, this.numbers.list())
    const application = applications.get(number?.voiceApplicationSid ?? dialled)
    const voice = application ?? number
    if (!calls || !voice || !instructionsOf(voice)) return undefined
    return {
      route: voice.voiceUrl,
      drive: (call) => calls.receive(call, voice, application?.sid ?? ''),
    }
  }

  /** What can be dialled: numbers that are no patterns, and applications. */
  get dialable(): readonly Dialable[] {
    const numbers = this.numbers.list().filter(({ phoneNumber }) => !phoneNumber.endsWith('*'))
    return [
      ...numbers.map(({ phoneNumber, friendlyName }) => ({ to: phoneNumber, name: friendlyName })),
      ...this.applications.list().map(({ sid, friendlyName }) => ({ to: sid, name: friendlyName })),
    ]
  }

  /** Begins to take calls, and puts the API under /2010-04-01. */
  async register(app: FastifyInstance, service: CallService): Promise<TwilioVoice> {
    const { clock, random, uuid, log, store, sender, config } = this.options
    const send = callbackSender(sender, clock, uuid)
    const notify = (callback: Callback): void => {
      // Studio sets a number's status call-back to the flow's own URL; the flow knows already.
      if (!this.options.inner?.owns(callback.url)) send(callback)
    }
    const noted = { records: store.callLog, clock, random, log }
    const keepAnsweredBy = ({ identity }: CallControl, answeredBy: string): void =>
      store.callUpdated(identity.callSid, { answeredBy })
    const twiml = new Twiml({
      ...{ clock, random, notify, keepAnsweredBy },
      dialect: twilioDialect,
      calls: service,
      fetch: (request, cookies, signal) => {
        const { fetch } = this.options.inner?.owns(request.url) ? this.options.inner : this.fetcher
        return fetch(request, cookies, signal)
      },
      recordings: this.recordings,
      keepText: (text) => this.transcripts.add({ ...text, createdAt: clock.now() }),
      keepQueue: this.queues.keep,
      forgetQueue: this.queues.forget,
      keepConference: (room) => store.conferences.put(conferenceRecord(room)),
      observe: callLog(noted),
      shutdown: this.shutdown.signal,
      plainSocketHosts: Object.keys(config.hosts),
    })
    this.queues.restoreTo(twiml.queues)
    const recorder = new Recorder(twiml)
    const { completion } = recorder
    const status = new StatusReports({ clock, dialect: twilioDialect, notify, completion })
    const calls = new TwilioCalls({ twiml, status, recorder, notify, keepAnsweredBy })
    this.calls = calls
    const { recordings, transcripts, numbers, applications, keys } = this
    const { account, baseUrl } = this.options
    const context = {
      ...{ account, clock, random, service, calls, status, recorder, recordings, transcripts },
      ...{ twiml, conferences: twiml.conferences, queues: twiml.queues },
      ...{ keys, numbers, applications, store, baseUrl },
    }
    await registerApi(app, context, log)
    await registerInsights(app, context, log)
    const notice = noticeLog(noted)
    return {
      ...{ twiml, recorder, recordings, detector: calls },
      report: (problem, callSid = '') => notice(problem, callSid),
      admit: requireAccount(account, context.keys),
    }
  }

  /** Drops what is still asked of apps. */
  async close(): Promise<void> {
    this.shutdown.abort()
    await this.fetcher.close()
    await this.recordings.close()
  }
}
