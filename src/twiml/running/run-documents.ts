import { messageOf } from '../../base/errors.js'
import { DocumentError, type Problem, problem } from '../document/problem.js'
import type { DocumentRequest } from '../fetching/request.js'
import { type RunDocuments, type RunOutcome, type RunSettings, type Source, VerbContext } from './context.js'
import { Interrupted } from './interruption.js'
import { LoopGuard } from './loop-guard.js'
import { type Compiler, compileFetched, compileText } from './program.js'
import type { Exchange } from './services.js'
import type { Next, Verb, VerbKind } from './verb.js'

/** A document, ready to run. */
interface Program {
  readonly verbs: readonly Verb[]
  readonly base: string | undefined
  readonly exchange: Exchange | undefined
}

/** Makes what runs documents out of the kinds of verbs there are. */
export function documentRunner(kinds: ReadonlyMap<string, VerbKind>): RunDocuments {
  const runDocuments: RunDocuments = (source, settings) =>
    new DocumentRunner(kinds, settings, runDocuments).run(source)
  return runDocuments
}

class DocumentRunner {
  private readonly guard: LoopGuard

  constructor(
    private readonly kinds: ReadonlyMap<string, VerbKind>,
    private readonly settings: RunSettings,
    private readonly runDocuments: RunDocuments,
  ) {
    this.guard = new LoopGuard(settings.services.clock)
  }

  async run(source: Source): Promise<RunOutcome> {
    const { signal, call } = this.settings
    try {
      signal.throwIfAborted()
      let program = 'request' in source ? await this.fetched(source.request) : this.inline(source)
      for (;;) {
        const next = await this.runVerbs(program)
        if (next.kind === 'next') return 'finished'
        if (next.kind !== 'document') return next.kind
        if (signal.aborted || call.state === 'ended') return this.tell(next.request)
        if (this.guard.exceeded()) {
          throw new DocumentError(problem('error', 'document_loop', `${next.request.url}: again and again`))
        }
        program = await this.fetched(next.request)
      }
    } catch (thrown) {
      if (thrown instanceof Interrupted) return thrown.why
      this.report(problemOf(thrown), undefined)
      return 'failed'
    }
  }

  private async runVerbs({ verbs, base, exchange }: Program): Promise<Next> {
    const { signal, call, services } = this.settings
    const context = new VerbContext(this.settings, exchange, base, this.runDocuments)
    for (const { name, line, execute } of verbs) {
      signal.throwIfAborted()
      // The call's media may close a moment after the call itself: nothing new begins on it.
      if (call.state === 'ended') await context.untilInterrupted()
      services.observe(call, { type: 'verb', name, line })
      const next = await execute(context)
      if (next.kind !== 'next') return next
    }
    return { kind: 'next' }
  }

  private inline({ twiml, base }: Extract<Source, { twiml: string }>): Program {
    return { verbs: compileText(twiml, this.compiler(undefined)), base, exchange: undefined }
  }

  /** A document, or the fallback's in its place. @throws DocumentError when neither is to be had */
  private async fetched(request: DocumentRequest): Promise<Program> {
    const { fallback } = this.settings.memory
    try {
      return await this.attempt(request)
    } catch (thrown) {
      if (!(thrown instanceof DocumentError) || !fallback || fallback.url === request.url) throw thrown
      this.report(thrown.problem, undefined)
      const failure = { ErrorCode: String(thrown.problem.number), ErrorUrl: request.url }
      return this.attempt({ ...fallback, parameters: { ...request.parameters, ...failure } })
    }
  }

  private async attempt(request: DocumentRequest): Promise<Program> {
    const { services, memory, call, signal } = this.settings
    const startedAt = services.clock.now()
    const done = (document: Exchange['document']) => {
      const exchange = { request, document, startedAt, durationMs: services.clock.now() - startedAt }
      services.observe(call, { type: 'request', ...exchange })
      return exchange
    }
    const document = await services.fetch(request, memory.cookies, signal).catch((thrown: unknown) => {
      if (thrown instanceof DocumentError) done(thrown.answer)
      throw thrown
    })
    const exchange = done(document)
    return { verbs: compileFetched(document, this.compiler(exchange)), base: document.url, exchange }
  }

  /** Asks for a document only so that the app knows: its call is over, or under other instructions. */
  private tell(request: DocumentRequest): RunOutcome {
    const { services, memory, signal } = this.settings
    services.fetch(request, memory.cookies, services.shutdown).catch((thrown: unknown) => {
      if (!services.shutdown.aborted) this.report(problemOf(thrown), undefined)
    })
    return signal.reason instanceof Interrupted ? signal.reason.why : 'call-over'
  }

  private compiler(exchange: Exchange | undefined): Compiler {
    const { services, verbs = services.dialect.verbs } = this.settings
    const report = (what: Problem) => this.report(what, exchange)
    return { kinds: this.kinds, dialect: services.dialect, verbs, report }
  }

  private report(what: Problem, exchange: Exchange | undefined): void {
    this.settings.services.observe(this.settings.call, { type: 'problem', problem: what, exchange })
  }
}

function problemOf(thrown: unknown): Problem {
  if (thrown instanceof DocumentError) return thrown.problem
  return problem('error', 'internal_error', messageOf(thrown), { number: 12400 })
}
