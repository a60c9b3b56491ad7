import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { Clock } from '../base/clock.js'
import type { Log } from '../base/log.js'
import type { CallControl, CallService, Dialable, RandomBytes, Routing } from '../calls/index.js'
import type { StreamCodec } from '../media/index.js'
import type { Store } from '../store/index.js'
import { newSid } from '../twiml/index.js'
import type { WebhookSender } from '../webhooks/index.js'
import type { CallParts } from './call/call-parts.js'
import { TelnyxCalls } from './call/telnyx-calls.js'
import { type CommandContext, transferForParty } from './commands/index.js'
import { CommandLog, registerApi } from './http/index.js'
import { sealingKeyIn, signingKeyIn } from './keys/index.js'
import type { Application } from './resources/application.js'
import { Applications, type ConfiguredApplication } from './resources/applications.js'
import { type PhoneNumber, PhoneNumbers } from './resources/numbers.js'
import { RecordingArchive } from './resources/recordings.js'
import { IntegrationSecrets } from './resources/secrets.js'
import { Texml, type TexmlApplication } from './texml/texml.js'
import { Publisher } from './webhooks/index.js'

/** `telnyx` of the configuration. */
export interface TelnyxConfig {
  readonly applications: readonly ConfiguredApplication[]
  readonly texml_applications: readonly TexmlApplication[]
  /** Requests to the API that are answered in a minute; 0 for no bound. */
  readonly requestsPerMinute: number
}

export interface TelnyxOptions {
  readonly config: TelnyxConfig
  readonly dataDir: string
  readonly clock: Clock
  readonly uuid: () => string
  readonly random: RandomBytes
  readonly log: Log
  readonly store: Pick<Store, 'resources' | 'commands' | 'webhooks' | 'callLog'>
  readonly sender: WebhookSender
  /** Whether calls are recorded as a whole, for the records of this node. */
  readonly record: boolean
  /** What the outside calls the HTTP server; asked for when an address of a recording is told. */
  readonly baseUrl: () => string
  /** Whether this machine has what codes it. */
  readonly canStream: (codec: StreamCodec) => boolean
  /** The account, a UUID. */
  readonly accountId: string
  readonly version: string
}

/** Telnyx's Call Control: calls that come in are told to applications, which drive them by the API under /v2. */
export class Telnyx {
  private constructor(
    private readonly options: TelnyxOptions,
    private readonly parts: CallParts,
    private readonly calls: TelnyxCalls,
    private readonly applications: Applications,
    private readonly numbers: PhoneNumbers,
    private readonly secrets: IntegrationSecrets,
    private readonly commands: CommandLog,
    private readonly texml: Texml,
  ) {}

  /** @throws ParleyError `store_failed`, `key_unusable` */
  static async load(options: TelnyxOptions): Promise<Telnyx> {
    const { config, dataDir, clock, uuid, random, log, store, sender, baseUrl } = options
    const records = store.resources
    const key = sealingKeyIn(dataDir)
    const applications = await Applications.load(records, clock, config.applications)
    const numbers = await PhoneNumbers.load(records, clock, config.applications)
    const secrets = await IntegrationSecrets.load(records, clock, uuid, key)
    const folder = join(dataDir, 'recordings', 'telnyx')
    const archive = await RecordingArchive.load({ folder, records, key, clock, log, baseUrl })
    const commands = await CommandLog.load(store.commands, clock)
    const publisher = new Publisher(clock, uuid, sender)
    const parts: CallParts = { clock, publisher, log, archive, resolveKeys: secrets.resolve }
    const calls = new TelnyxCalls(parts)
    const texml = new Texml({
      ...{ archive, sender, clock, random, uuid, log },
      applications: config.texml_applications,
      key: signingKeyIn(dataDir),
    })
    return new Telnyx(options, parts, calls, applications, numbers, secrets, commands, texml)
  }

  /** Takes calls to the numbers of applications. */
  readonly routing: Routing = (incoming) => {
    const number = this.numbers.answering(incoming.dialled)
    const application = this.applications.get(number?.connection_id ?? '')
    if (!number || !application?.active) return this.texml.routing(incoming)
    return {
      route: `telnyx:${application.id}`,
      record: this.options.record,
      drive: (call) => this.receive(call, application, number),
    }
  }

  /** Numbers of applications, of Call Control and of TeXML. */
  get dialable(): readonly Dialable[] {
    const numbers = this.numbers.list().flatMap(({ phone_number: to, connection_id: id }) => {
      const application = id === null || to.endsWith('*') ? undefined : this.applications.get(id)
      return application?.active ? { to, name: application.application_name } : []
    })
    return [...numbers, ...this.texml.dialable]
  }

  /** Puts the API under /v2. @param apiKey what requests must carry */
  async register(app: FastifyInstance, service: CallService, apiKey: string): Promise<void> {
    this.texml.start(service)
    const { config, clock, log, store, version } = this.options
    const context = this.contextFor(service)
    this.calls.transferForParty = (call, refer) => transferForParty(call, refer, context)
    await registerApi(app, {
      apiKey,
      requestsPerMinute: config.requestsPerMinute,
      version,
      clock,
      log,
      context,
      commands: this.commands,
      numbers: this.numbers,
      secrets: this.secrets,
      archive: this.parts.archive,
      webhooks: store.webhooks,
    })
  }

  private contextFor(service: CallService): CommandContext {
    const { dataDir, clock, uuid, canStream, accountId: userId, record } = this.options
    return {
      ...{ service, calls: this.calls, applications: this.applications },
      ...{ clock, uuid, canStream, userId, record },
      resolveKeys: this.parts.resolveKeys,
      mediaFolder: join(dataDir, 'media'),
      warn: this.warn,
    }
  }

  /** Drops what is still asked of apps. */
  close(): Promise<void> {
    return this.texml.close()
  }

  /** Shown with the call. */
  private readonly warn = ({ identity: { callSid } }: CallControl, message: string): void => {
    const { store, clock, random, log } = this.options
    log.warn({ callSid }, message)
    const data = { level: 'warning', number: 10_027, message, request: null }
    const id = newSid('NO', random)
    store.callLog.add({ id, callSid, kind: 'notice', createdAt: clock.now(), data })
  }

  /** A call comes in: it rings, its application is told, and commands decide. */
  private receive(call: CallControl, application: Application, number: PhoneNumber): void {
    if (this.calls.isFull(application, 'inbound')) {
      return call.reject(486, 'the channel_limit of the application')
    }
    call.ring()
    const entry = this.calls.add(call, application, { tags: [...number.tags, ...application.tags] })
    if (application.first_command_timeout) {
      entry.unlessCommanded(application.first_command_timeout_secs * 1000, () =>
        call.state === 'ringing' ? call.reject(480, 'no command came') : call.hangup('no command came'),
      )
    }
  }
}
