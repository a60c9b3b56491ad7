import type { FastifyInstance } from 'fastify'
import type { TelnyxCall } from '../call/telnyx-call.js'
import {
  actionsNotHere,
  type Command,
  type CommandContext,
  commands,
  dial,
  withoutEffect,
} from '../commands/index.js'
import { read, refuse } from '../errors/index.js'
import { call, commandResult } from '../schemas/answers.js'
import { dial as dialSchema } from '../schemas/call.js'
import { isoMillis } from '../time.js'
import type { Answer, CommandLog } from './command-log.js'
import { withoutNulls } from './nulls.js'

/** Largest body of a command, in bytes: audio may be in it. */
const bodyLimit = 16 * 1024 * 1024

/** Calls and what is done with them. */
export function callRoutes(app: FastifyInstance, context: CommandContext, log: CommandLog): void {
  app.post(
    '/calls',
    { config: { api: { summary: 'Call somebody', body: dialSchema, answer: call } } },
    async ({ body }) => ({
      data: await log.once('', commandIdOf(body), async () => {
        const said = withoutNulls(body ?? {})
        const { call, recording } = dial(read(dialSchema, said), context)
        warn('dial', call, withoutEffect(dialSchema, said), context)
        return { ...describe(call, context), is_alive: false, ...recording }
      }),
    }),
  )

  app.get<{ Params: { id: string } }>(
    '/calls/:id',
    { config: { api: { summary: 'How a call stands', answer: call } } },
    async ({ params }) => {
      const found = context.calls.get(params.id) ?? refuse('10005')
      return { data: describe(found, context) }
    },
  )

  refuseOthers(app)
  for (const [name, command] of Object.entries(commands)) {
    app.route<{ Params: { id: string } }>({
      method: command.method,
      url: `/calls/:id/actions/${name}`,
      bodyLimit,
      config: { api: { summary: command.summary, body: command.body, answer: commandResult } },
      handler: async ({ params, body }) => ({
        data: await log.once(params.id, commandIdOf(body), async () =>
          act(name, command, params.id, withoutNulls(body ?? {}), context),
        ),
      }),
    })
  }
}

/** Says which service is missing, where nothing of the URL is wrong. */
function refuseOthers(app: FastifyInstance): void {
  for (const [name, what] of Object.entries(actionsNotHere)) {
    app.post(`/calls/:id/actions/${name}`, async () => refuse('10027', `${what} are not available here.`))
  }
}

/** @throws ApiError when nothing was done */
function act(name: string, command: Command, id: string, body: unknown, context: CommandContext): Answer {
  const call = context.calls.get(id) ?? refuse('90015', undefined, '/call_control_id')
  if (call.call.state === 'ended') refuse('90018')
  const said = read(command.body, body)
  if (command.needsAnswer && call.call.state !== 'answered') refuse('90034')
  const { clientState } = call
  call.clientState = stateOf(said) ?? clientState
  call.commanded()
  try {
    const more = command.run(call, said, context)
    warn(name, call, withoutEffect(command.body, body), context)
    return { result: 'ok', ...more }
  } catch (thrown) {
    call.clientState = clientState
    throw thrown
  }
}

function warn(command: string, { call }: TelnyxCall, idle: readonly string[], context: CommandContext): void {
  for (const name of idle) context.warn(call, `${name} of ${command} has no effect here`)
}

function describe({ call, clientState }: TelnyxCall, { clock }: CommandContext): Answer {
  const { callControlId, callLegId, callSessionId } = call.identity
  const end = call.endedAt
  return {
    record_type: 'call',
    call_control_id: callControlId,
    call_leg_id: callLegId,
    call_session_id: callSessionId,
    ...(clientState !== undefined && { client_state: clientState }),
    is_alive: call.state !== 'ended',
    start_time: isoMillis(call.startedAt),
    ...(end !== undefined && { end_time: isoMillis(end) }),
    ...(call.answeredAt !== undefined && {
      call_duration: Math.round(((end ?? clock.now()) - call.answeredAt) / 1000),
    }),
  }
}

function commandIdOf(body: unknown): string | undefined {
  const id = (body as { command_id?: unknown } | undefined)?.command_id
  return typeof id === 'string' && id !== '' ? id : undefined
}

function stateOf(body: unknown): string | undefined {
  return (body as { client_state?: string }).client_state
}
