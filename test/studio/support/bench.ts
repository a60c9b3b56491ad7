import { CookieJar } from 'tough-cookie'
import { silentLog } from '../../../src/base/log.js'
import { SimulatedClock } from '../../../src/base/simulated-clock.js'
import type { FlowExecution, FlowExecutionChanges, FlowStep } from '../../../src/store/index.js'
import { answeredBy } from '../../../src/studio/calls/answered-by.js'
import { FlowCalls } from '../../../src/studio/calls/flow-calls.js'
import type { HttpAnswer, HttpRequest } from '../../../src/studio/execution/ports.js'
import { Executions } from '../../../src/studio/executions/executions.js'
import type { FlowRevision } from '../../../src/studio/flows/flow.js'
import {
  type DocumentRequest,
  type Problem,
  Twiml,
  twilioDialect,
  watchAnsweredBy,
} from '../../../src/twiml/index.js'
import { FakeCall, FakeCalls } from '../../support/fake-call.js'

export const accountSid = 'AC00000000000000000000000000000001'
export const baseUrl = 'http://relay.test'

/** SIDs of the flows of a test, in their order. */
export const flowSid = (n = 1) => `FW${String(n).padStart(32, '0')}`

let seed = 0
const random = (count: number): Buffer => {
  seed++
  return Buffer.from(Array.from({ length: count }, (_, i) => (seed >> ((i % 4) * 8)) & 0xff))
}

/** Flows on fake calls, with the real interpreter: no store, no network, simulated time. */
export class Bench {
  readonly clock = new SimulatedClock(1_700_000_000_000)
  readonly calls = new FakeCalls(this.clock)
  readonly steps: FlowStep[] = []
  readonly records = new Map<string, FlowExecution>()
  /** What whoever wrote the flow was told: Twilio's number, what it was, and the call. */
  readonly notices: { level: string; number: number; message: string; callSid: string | undefined }[] = []
  readonly problems: Problem[] = []
  /** Documents of apps, by URL. */
  readonly pages: Record<string, string> = {}
  readonly fetched: DocumentRequest[] = []
  readonly requests: HttpRequest[] = []
  /** What a watcher was told: positions, steps by their event, and ends. */
  readonly seen: string[] = []
  /** Answers servers: by URL, as they are or as a promise. */
  readonly answers: Record<
    string,
    (request: HttpRequest) => Partial<HttpAnswer> | Promise<Partial<HttpAnswer>>
  > = {}
  readonly recordings: string[] = []
  readonly twiml: Twiml
  readonly executions: Executions
  readonly flowCalls: FlowCalls

  constructor(...definitions: readonly unknown[]) {
    const { clock, calls } = this
    const revisions = definitions.map(
      (definition, i): FlowRevision => ({
        ...{
          sid: flowSid(i + 1),
          revision: 1,
          friendlyName: 'A flow',
          status: 'published',
          commitMessage: null,
        },
        ...{ definition, errors: [], warnings: [], createdAt: 0, updatedAt: null },
      }),
    )
    const find = (sid: string) => revisions.find((one) => one.sid === sid)
    this.twiml = new Twiml({
      ...{ clock, random, calls, dialect: twilioDialect, notify: () => {} },
      fetch: async (request, cookies, signal) => {
        if (this.flowCalls.owns(request.url)) return this.flowCalls.fetch(request, cookies, signal)
        this.fetched.push(request)
        const text = this.pages[request.url]
        if (text === undefined) throw new Error(`no page ${request.url}`)
        return { url: request.url, status: 200, contentType: 'text/xml', text }
      },
      recordings: {
        begin: () => ({ sid: 'RE1', path: '/tmp/none.wav', format: 'wav', url: `${baseUrl}/RE1` }),
        ended: () => {},
        runs: () => {},
      },
      observe: (_, event) => {
        if (event.type === 'problem') this.problems.push(event.problem)
      },
      shutdown: new AbortController().signal,
      plainSocketHosts: [],
    })
    this.flowCalls = new FlowCalls({
      ...{ twiml: this.twiml, service: calls, dialect: twilioDialect, accountSid, baseUrl: () => baseUrl },
      receive: (call, sid) => this.executions.receive(call, sid),
    })
    this.executions = new Executions({
      ...{ clock, random, calls: this.flowCalls },
      log: silentLog,
      report: ({ level, number, message }, callSid) =>
        this.notices.push({
          level,
          number,
          message: message.replace(/^Execution FN\w+ of flow FW\w+: /, ''),
          callSid,
        }),
      flows: { latest: find, published: find, revision: find },
      records: {
        began: (execution) => this.records.set(execution.sid, structuredClone(execution)),
        changed: (sid, changes) => this.change(sid, changes),
        step: (step) => this.steps.push(structuredClone(step)),
      },
      watcher: {
        changed: ({ status }, position) => this.seen.push(position ?? status),
        stepped: ({ name }) => this.seen.push(`→ ${name}`),
      },
      world: {
        place: (wish, signal) => this.flowCalls.place(wish, signal),
        request: (request, signal) => this.answer(request, signal),
        recorder: {
          start: (call, wish) => {
            this.recordings.push(`${wish.channels}${wish.trim ? ' trimmed' : ''}`)
            return { Sid: 'RE1', CallSid: call.sid }
          },
          stop: () => this.recordings.pop() !== undefined,
        },
        credentials: 'Basic xyz',
        detect: (call, wish, signal) => answeredBy(calls, { watchAnsweredBy }, { call, wish, signal }),
      },
    })
  }

  /** A call that comes in to the first flow. */
  async call(options: ConstructorParameters<typeof FakeCall>[0] = {}): Promise<FakeCall> {
    const call = new FakeCall({ clock: this.clock, ...options })
    this.calls.all.push(call)
    this.executions.receive(call, flowSid())
    await settle()
    return call
  }

  /** A request to the first flow. */
  async request(parameters: Readonly<Record<string, unknown>> = {}): Promise<FlowExecution> {
    const wish = { flowSid: flowSid(), to: '+15551112222', from: '+15553334444', parameters }
    const execution = this.executions.start(wish)
    await settle()
    return execution
  }

  /** What the steps were: `Trigger incomingCall → menu`. */
  get path(): string[] {
    return this.steps.map((step) => `${step.transitionedFrom} ${step.name} → ${step.transitionedTo}`)
  }

  /** Variables of the first execution, as they are. */
  get context(): Record<string, Record<string, Record<string, unknown>>> {
    return [...this.records.values()][0]!.context as Bench['context']
  }

  /** How executions ended, in their order. */
  get ends(): (string | null)[] {
    return [...this.records.values()].map(({ endReason }) => endReason)
  }

  private change(sid: string, changes: FlowExecutionChanges): void {
    this.records.set(sid, { ...this.records.get(sid)!, ...structuredClone(changes) })
  }

  private async answer(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    this.requests.push(request)
    const answer = this.answers[request.url]
    if (!answer) throw new Error('connect ECONNREFUSED')
    const late = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason))
    })
    const given = await Promise.race([answer(request), late])
    return { status: 200, contentType: '', body: '', headers: {}, ...given }
  }
}

export const noCookies = new CookieJar()

/** Lets everything happen that waits for nothing. */
export async function settle(): Promise<void> {
  for (let turns = 0; turns < 10; turns++) await new Promise((resolve) => setImmediate(resolve))
}
