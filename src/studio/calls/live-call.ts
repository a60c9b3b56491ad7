import type { CallControl } from '../../calls/index.js'
import type { DocumentRun, Twiml, TwimlDialect } from '../../twiml/index.js'
import type { Fields, FlowCall, Performed } from '../execution/ports.js'

export interface LiveCallParts {
  readonly call: CallControl
  readonly twiml: Twiml
  readonly dialect: TwimlDialect
  /** URL of the flow. */
  readonly url: string
}

/** A call of the node's in the hands of a flow: what the flow wants of it are documents, run by the interpreter. */
export class LiveCall implements FlowCall {
  private told: Fields | undefined
  private readonly own = new Set<DocumentRun>()

  constructor(private readonly parts: LiveCallParts) {
    // Whatever it followed has given it to the flow.
    const run = parts.twiml.runOf(parts.call)
    if (run) this.own.add(run)
  }

  get sid(): string {
    return this.parts.call.identity.callSid
  }

  get accountSid(): string {
    return this.parts.call.facts.accountSid
  }

  get over(): boolean {
    return this.parts.call.state === 'ended'
  }

  fields(): Fields {
    return this.parts.dialect.parameters(this.parts.call)
  }

  get actionUrl(): string {
    return this.parts.url
  }

  /** An action of a document asks the flow what comes next. */
  tell(fields: Fields): void {
    this.told = fields
  }

  async perform(document: string, signal: AbortSignal): Promise<Performed> {
    const { call, twiml } = this.parts
    if (this.over) return { kind: 'over', fields: {} }
    if (signal.aborted) return { kind: 'stopped' }
    const running = twiml.runOf(call)
    if (running && !this.own.has(running)) return { kind: 'replaced' }
    this.told = undefined
    const run = twiml.run({ call, source: { twiml: document }, afterwards: 'stay' })
    this.own.add(run)
    const stop = () => run.stop()
    signal.addEventListener('abort', stop, { once: true })
    try {
      const outcome = await run.done
      const fields = this.told
      switch (outcome) {
        case 'finished':
        case 'left':
          return { kind: 'done', fields }
        case 'hung-up':
        case 'call-over':
          return { kind: 'over', fields: fields ?? {} }
        case 'failed':
          return { kind: 'failed' }
        case 'replaced':
          return { kind: 'replaced' }
        case 'dropped':
          return { kind: 'stopped' }
      }
    } finally {
      this.own.delete(run)
      signal.removeEventListener('abort', stop)
    }
  }

  /** A caller who was never answered hears busy: a trunk then does not try another node. */
  hangup(reason: string): void {
    const { call } = this.parts
    if (call.state === 'ended') return
    if (call.direction === 'inbound' && call.state === 'ringing') call.reject(486, reason)
    else call.hangup(reason)
  }
}
