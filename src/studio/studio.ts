import type { FastifyInstance } from 'fastify'
import type { Clock } from '../base/clock.js'
import { ParleyError } from '../base/errors.js'
import type { HostMap } from '../base/host-map.js'
import type { Log } from '../base/log.js'
import type { CallControl, CallService, Dialable, RandomBytes, Routing } from '../calls/index.js'
import type { Store } from '../store/index.js'
import type { Account, InnerDocuments, Signer, TwilioVoice } from '../twilio/index.js'
import { problem, twilioDialect } from '../twiml/index.js'
import { answeredBy } from './calls/answered-by.js'
import { FlowCalls } from './calls/flow-calls.js'
import { HttpClient } from './calls/http-client.js'
import { FlowRecorder } from './calls/recorder.js'
import { Executions } from './executions/executions.js'
import type { ExecutionWatcher } from './executions/port.js'
import type { ConfiguredFlow, FlowRevision } from './flows/flow.js'
import { Flows } from './flows/flows.js'
import { flowOfNumber } from './flows/numbers.js'
import { registerStudioApi } from './http/index.js'

/** Executions that an earlier process left open, of which so many are looked after. */
const MOST_LEFT_OPEN = 10_000

/** Twilio's number for a call that a flow cannot take. */
const UNEXPECTED = 81002

export interface StudioOptions {
  readonly flows: readonly ConfiguredFlow[]
  readonly hosts: HostMap
  readonly account: Account
  readonly sign: Signer
  readonly clock: Clock
  readonly random: RandomBytes
  readonly log: Log
  readonly store: Pick<Store, 'flowRuns' | 'resources'>
  /** What the outside calls the HTTP server; asked for once it listens. */
  readonly baseUrl: () => string
}

/** Studio: flows that calls run through, and the API that knows about them. */
export class Studio {
  private readonly http: HttpClient
  private watcher: ExecutionWatcher | undefined
  private hands:
    | { readonly calls: FlowCalls; readonly executions: Executions; readonly report: TwilioVoice['report'] }
    | undefined

  private constructor(
    private readonly options: StudioOptions,
    private readonly flows: Flows,
  ) {
    this.http = new HttpClient(options)
  }

  /** @throws ParleyError `store_failed` */
  static async load(options: StudioOptions): Promise<Studio> {
    const { store, clock, random, flows: configured } = options
    return new Studio(options, await Flows.load({ records: store.resources, clock, random, configured }))
  }

  /** All flows, each as it is shown: what calls run through, else its latest revision. */
  get shown(): readonly FlowRevision[] {
    return this.flows.list().map(({ sid }) => this.revision(sid)!)
  }

  /** A revision of a flow; unless told which, the one that calls run through, else the latest. */
  revision(sid: string, revision?: number): FlowRevision | undefined {
    const { flows } = this
    return revision === undefined
      ? (flows.published(sid) ?? flows.latest(sid))
      : flows.revision(sid, revision)
  }

  /** Numbers of the configuration whose calls a flow takes. */
  numbersOf(sid: string): readonly string[] {
    return this.options.flows.find((flow) => flow.sid === sid)?.numbers ?? []
  }

  /** Name of the widget whose turn it is, while an execution goes on. */
  position(executionSid: string): string | undefined {
    return this.hands?.executions.position(executionSid)
  }

  /** Has somebody look on; before `register`. */
  watch(watcher: ExecutionWatcher): void {
    this.watcher = watcher
  }

  /** Takes calls to the numbers of the configuration's flows, and to flows by their SID. */
  readonly routing: Routing = ({ dialled }) => {
    const flow = this.flows.published(dialled) ?? flowOfNumber(dialled, this.options.flows)
    if (!flow || !this.hands) return undefined
    return { route: flow.sid, drive: (call) => this.receive(call, flow.sid) }
  }

  /** Flows that run, by their numbers, or else their SID. */
  get dialable(): readonly Dialable[] {
    return this.shown.flatMap(({ sid, friendlyName: name, status, errors }) => {
      if (status !== 'published' || errors.length > 0) return []
      const numbers = this.numbersOf(sid).filter((number) => !number.endsWith('*'))
      return (numbers.length > 0 ? numbers : [sid]).map((to) => ({ to, name }))
    })
  }

  /** Answers in place of flows' URLs, wherever a number, a document or the API names one. */
  readonly documents: InnerDocuments = {
    owns: (url) => this.hands?.calls.owns(url) ?? false,
    fetch: (request, cookies, signal) => this.hands!.calls.fetch(request, cookies, signal),
  }

  /** Begins to run flows, and puts the API under /v2/Flows. */
  async register(
    app: FastifyInstance,
    service: CallService,
    { twiml, recorder, recordings, detector, report, admit }: TwilioVoice,
  ): Promise<void> {
    const { account, clock, random, log, store, baseUrl } = this.options
    const { flows } = this
    const calls = new FlowCalls({
      ...{ twiml, service, baseUrl, dialect: twilioDialect, accountSid: account.sid },
      receive: (call, flowSid) => executions.receive(call, flowSid),
    })
    const shelf = `/2010-04-01/Accounts/${account.sid}/Recordings`
    const executions = new Executions({
      ...{ clock, random, log, flows, calls, report, records: store.flowRuns, watcher: this.watcher },
      world: {
        place: (wish, signal) => calls.place(wish, signal),
        request: (request, signal) => this.http.request(request, signal),
        recorder: new FlowRecorder(recorder, recordings, service, shelf, () => clock.now()),
        detect: (call, wish, signal) => answeredBy(service, detector, { call, wish, signal }),
        credentials: `Basic ${Buffer.from(`${account.sid}:${account.authToken}`).toString('base64')}`,
      },
    })
    this.hands = { calls, executions, report }
    const context = {
      ...{ flows, executions, baseUrl, accountSid: account.sid },
      ...{ runs: store.flowRuns, resources: store.resources, now: () => clock.now() },
    }
    await registerStudioApi(app, context, admit, log)
  }

  /** Looks after what an earlier process left open; for a node that is the only one. @throws ParleyError `store_failed` */
  async resume(): Promise<void> {
    const { flowRuns } = this.options.store
    const open = await flowRuns.list({ status: 'active', limit: MOST_LEFT_OPEN })
    for (const execution of open) {
      if (this.hands?.executions.active(execution.sid)) continue
      this.hands?.executions.resume(execution, await flowRuns.steps(execution.sid))
    }
  }

  async close(): Promise<void> {
    await this.hands?.executions.close()
    await this.http.close()
  }

  private receive(call: CallControl, flowSid: string): void {
    try {
      this.hands!.executions.receive(call, flowSid)
    } catch (thrown) {
      if (!(thrown instanceof ParleyError)) throw thrown
      const notice = problem('warning', thrown.code, `Flow ${flowSid}: ${thrown.message}`, {
        number: UNEXPECTED,
      })
      this.hands!.report(notice, call.identity.callSid)
      call.reject(486, thrown.message)
    }
  }
}
