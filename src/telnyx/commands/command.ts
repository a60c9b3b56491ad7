import type { z } from 'zod'
import type { Clock } from '../../base/clock.js'
import type { CallControl, CallService } from '../../calls/index.js'
import type { StreamCodec } from '../../media/index.js'
import type { TelnyxCall } from '../call/telnyx-call.js'
import type { TelnyxCalls } from '../call/telnyx-calls.js'
import type { ResolveKeys } from '../relay/settings.js'
import type { Applications } from '../resources/applications.js'

/** What commands work with. */
export interface CommandContext {
  readonly service: CallService
  readonly calls: TelnyxCalls
  readonly applications: Applications
  readonly resolveKeys: ResolveKeys
  readonly clock: Clock
  readonly uuid: () => string
  /** Folder of the files that `media_name` names. */
  readonly mediaFolder: string
  /** Whether calls that go out are recorded as a whole, for the records of this node. */
  readonly record: boolean
  /** Whether this machine has what codes it. */
  readonly canStream: (codec: StreamCodec) => boolean
  /** Writes into the log of a call what whoever wrote its app should know. */
  readonly warn: (call: CallControl, message: string) => void
  /** The account, as streams are told it. */
  readonly userId: string
}

/** One action on a call. */
export interface Command<Body extends z.ZodType = z.ZodType> {
  /** One line for the API document. */
  readonly summary: string
  readonly method: 'POST' | 'PUT'
  readonly body: Body
  /** Whether the call must be answered; otherwise it need only not be over. */
  readonly needsAnswer: boolean
  /** @returns what the answer tells beside `result` @throws ApiError when nothing was done */
  run(
    call: TelnyxCall,
    body: z.output<Body>,
    context: CommandContext,
  ): Readonly<Record<string, unknown>> | undefined
}

/** Lets the body's type follow from its schema. */
export function command<Body extends z.ZodType>(definition: {
  readonly summary: string
  readonly method?: 'POST' | 'PUT'
  readonly body: Body
  readonly needsAnswer?: boolean
  readonly run: (
    call: TelnyxCall,
    body: z.output<Body>,
    context: CommandContext,
    // biome-ignore lint/suspicious/noConfusingVoidType: a command with nothing to tell returns nothing
  ) => Readonly<Record<string, unknown>> | void
}): Command {
  const { method = 'POST', needsAnswer = true } = definition
  return {
    ...definition,
    method,
    needsAnswer,
    run: (call, body, context) => definition.run(call, body as z.output<Body>, context) ?? undefined,
  }
}
