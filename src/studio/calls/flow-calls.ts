import type { CallControl, CallService } from '../../calls/index.js'
import {
  DocumentError,
  type DocumentRequest,
  type FetchDocument,
  type FetchedDocument,
  problem,
  type Twiml,
  type TwimlDialect,
} from '../../twiml/index.js'
import type { FlowCall, PlacedCall, PlacedCallWish } from '../execution/ports.js'
import { flowUrl, readFlowUrl } from './flow-url.js'
import { LiveCall } from './live-call.js'

export interface FlowCallsParts {
  readonly twiml: Twiml
  readonly dialect: TwimlDialect
  readonly service: CallService
  readonly accountSid: string
  /** What the outside calls the HTTP server. */
  readonly baseUrl: () => string
  /** Gives a call to a flow. @throws ParleyError where the flow cannot take it */
  readonly receive: (call: CallControl, flowSid: string) => void
}

const empty = '<Response/>'

/** The calls that flows have in hand, and the way back to the flow for documents that run on them. */
export class FlowCalls {
  private readonly live = new Map<string, LiveCall>()

  constructor(private readonly parts: FlowCallsParts) {}

  /** A call in the hands of a flow, from now until it is let go. */
  take(call: CallControl, flowSid: string): FlowCall {
    const { twiml, dialect, accountSid, baseUrl } = this.parts
    const live = new LiveCall({ call, twiml, dialect, url: flowUrl(baseUrl(), accountSid, flowSid) })
    this.live.set(live.sid, live)
    return live
  }

  /** The flow has done with a call. */
  release(call: FlowCall): void {
    if (this.live.get(call.sid) === call) this.live.delete(call.sid)
  }

  /** How many calls flows have in hand. */
  get count(): number {
    return this.live.size
  }

  /** Whether a URL is a flow's, so that nothing needs be fetched. */
  owns(url: string): boolean {
    return readFlowUrl(url, this.parts.baseUrl()) !== undefined
  }

  /**
   * Answers in place of a flow's URL. A call that is in a flow tells what came of its verbs; any other is given to the
   * flow, and the document that it followed ends by being replaced.
   */
  readonly fetch: FetchDocument = (request, _cookies, signal) => {
    const { flowSid, fields } = readFlowUrl(request.url, this.parts.baseUrl())!
    const callSid = request.parameters['CallSid'] ?? ''
    const live = this.live.get(callSid)
    if (!live) return this.enter(request, callSid, flowSid, signal)
    live.tell({ ...request.parameters, ...fields })
    return Promise.resolve(answer(request))
  }

  /** @see FlowWorld.place */
  async place(wish: PlacedCallWish, signal: AbortSignal): Promise<PlacedCall> {
    signal.throwIfAborted()
    const { service, dialect } = this.parts
    const { to, from, answerTimeoutMs, flowSid, credentials } = wish
    const number = to.replace(/^client:/i, '')
    const call = service.dial({ to: number, from, answerTimeoutMs, credentials, route: flowSid })
    const hangUp = () => call.hangup('the flow was ended')
    signal.addEventListener('abort', hangUp, { once: true })
    let stop = () => {}
    const outcome = await new Promise<PlacedCall['outcome']>((resolve) => {
      stop = call.observe({
        answered: () => resolve('answered'),
        ended: ({ status }) => resolve(status),
      })
      if (call.state === 'answered') resolve('answered')
      if (call.state === 'ended') resolve(call.ending?.status ?? 'failed')
    })
    stop()
    signal.removeEventListener('abort', hangUp)
    signal.throwIfAborted()
    const fields = dialect.parameters(call)
    return outcome === 'answered' ? { outcome, fields, call: this.take(call, flowSid) } : { outcome, fields }
  }

  private enter(
    request: DocumentRequest,
    callSid: string,
    flowSid: string,
    signal: AbortSignal,
  ): Promise<FetchedDocument> {
    const call = this.parts.service.get(callSid)
    // Asked only so that the flow knows: there is nothing left that it could do.
    if (!call || call.state === 'ended') return Promise.resolve(answer(request))
    try {
      this.parts.receive(call, flowSid)
    } catch (thrown) {
      const what = thrown instanceof Error ? thrown.message : String(thrown)
      return Promise.reject(
        new DocumentError(problem('error', 'document_fetch_failed', `${request.url}: ${what}`)),
      )
    }
    return new Promise((_, reject) => {
      const taken = () => reject(signal.reason)
      if (signal.aborted) taken()
      else signal.addEventListener('abort', taken, { once: true })
    })
  }
}

function answer({ url }: DocumentRequest): FetchedDocument {
  return { url, status: 200, contentType: 'text/xml', text: empty }
}
