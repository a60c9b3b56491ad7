import type { Command } from 'commander'
import { ParleyError } from '../base/errors.js'
import type { TimelineEvent } from '../session/index.js'
import type { CallRecord, SessionRecord } from '../store/index.js'
import { conversationOf } from './conversation.js'
import { dateTime, duration } from './format.js'
import { type Paint, paintFor } from './paint.js'
import { summary, waterfall } from './waterfall.js'
import { withRecords } from './with-records.js'

interface Options {
  readonly data?: string
  readonly json?: boolean
}

interface ShownSession extends SessionRecord {
  readonly timeline: readonly TimelineEvent[]
}

export function register(program: Command): void {
  program
    .command('show')
    .description('show a call: who spoke when, how long answers took, what went wrong')
    .argument('<call>', 'an identifier of the call or of a session, the beginning of the call SID, or `last`')
    .option('--data <folder>', 'folder of the records (default: data.dir of the configuration)')
    .option('--json', 'for machines, with every event')
    .action(async (id: string, { data, json }: Options) => {
      const { call, sessions } = await withRecords(data, async (store) => {
        const [newest] = id === 'last' ? await store.listCalls({ limit: 1 }) : []
        const call = newest ?? (await store.getCall(id))
        if (!call) {
          const missing = id === 'last' ? 'There are no calls yet.' : `There is no call ${id}.`
          throw new ParleyError('call_not_found', missing)
        }
        const sessions: ShownSession[] = []
        for (const session of await store.getSessions(call.callSid)) {
          sessions.push({ ...session, timeline: await store.getTimeline(session.sessionId) })
        }
        return { call, sessions }
      })
      if (json) console.log(JSON.stringify({ call, sessions }, null, 2))
      else {
        console.log(
          callPage(call, sessions, process.stdout.columns ?? 100, paintFor(process.stdout, process.env)),
        )
      }
    })
}

/** A call for people: its facts, then each session as a waterfall. */
export function callPage(
  call: CallRecord,
  sessions: readonly ShownSession[],
  width: number,
  paint: Paint,
): string {
  return [callFacts(call, paint), ...sessions.map((session) => sessionPage(session, width, paint))].join(
    '\n\n',
  )
}

function callFacts(call: CallRecord, paint: Paint): string {
  const { answeredAt, endedAt, endBy, endReason, callerName } = call
  const from = callerName ? `${callerName} <${call.from}>` : call.from
  const talked = answeredAt === null ? 'not answered' : duration((endedAt ?? answeredAt) - answeredAt)
  const end = [endBy && `ended by ${endBy}`, endReason && `(${endReason})`].filter(Boolean).join(' ')
  const facts = [dateTime(call.startedAt), endedAt === null ? 'not ended' : talked, end, call.codec ?? '']
  return [
    `${paint('bold', call.callSid)}  ${from} → ${call.dialled || call.to}  ${status(call.status, paint)}`,
    facts.filter((fact) => fact !== '').join(' · '),
    ...(call.recordingPath ? [`recording ${call.recordingPath}`] : []),
  ].join('\n')
}

function sessionPage(session: ShownSession, width: number, paint: Paint): string {
  const rows = conversationOf(session.timeline)
  const failure =
    session.errorMessage && paint('red', `${session.errorCode ?? 'error'}: ${session.errorMessage}`)
  return [
    `${paint('bold', session.sessionId)}  ${session.dialect} ${session.url}  ${status(session.status, paint)}`,
    ...(failure ? [failure] : []),
    ...(session.handoffData ? [`hand-off ${session.handoffData}`] : []),
    ...(rows.length > 0
      ? [waterfall(rows, session.startedAt, width, paint), paint('dim', summary(rows))]
      : ['No events.']),
  ].join('\n')
}

function status(text: string, paint: Paint): string {
  return paint(text === 'failed' ? 'red' : 'green', text)
}
