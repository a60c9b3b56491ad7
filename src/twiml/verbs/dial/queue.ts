import { type TwimlElement, textOf } from '../../document/element.js'
import { method, optionalText } from '../../document/fields.js'
import type { Attributes, Reader } from '../../document/reader.js'
import { type CallQueue, Handover, type QueueMember } from '../../rooms/call-queue.js'
import type { VerbContext } from '../../running/context.js'
import { Interrupted } from '../../running/interruption.js'
import type { Next } from '../../running/verb.js'
import { seconds } from '../recording.js'
import type { DialRequest } from './request.js'
import { talk } from './talk.js'

export const queueModel = {
  element: 'Queue',
  fields: { url: optionalText, method },
  numbers: { method: 14210, url: 14211 },
  idle: ['reservationSid', 'postWorkActivitySid'],
}

type QueueRequest = Attributes<typeof queueModel.fields> & { readonly name: string }

/** Reads `<Queue>`; undefined, and reported, without a name. */
export function readQueue(element: TwimlElement, reader: Reader): QueueRequest | undefined {
  const read = reader.attributes(element, queueModel)
  const name = textOf(element)
  if (name !== '') return { ...read, name }
  reader.warn(element, 'it has no name', 14212)
  return undefined
}

/** `<Dial><Queue>`: joins the call with the one that has waited longest, and waits for one where there is none. */
export async function dialQueue(
  context: VerbContext,
  { name, url, method }: QueueRequest,
  dial: DialRequest,
): Promise<Next> {
  await context.answer()
  const { services } = context
  const queue = services.queues.queue(name)
  const resolved = url === undefined ? undefined : context.resolve(url)
  const whisper = resolved === undefined ? undefined : { url: resolved, method }
  const talked = await firstReady(context, queue, whisper, dial)
  return context.action(dial.action, dial.method, {
    QueueSid: queue.sid,
    DialCallStatus: talked.member ? 'completed' : talked.interrupted ? 'canceled' : 'no-answer',
    DialBridged: String(talked.member !== undefined),
    ...(talked.member && {
      DialCallSid: services.dialect.callSid(talked.member.call),
      DialCallDuration: seconds(talked.durationMs),
    }),
  })
}

interface Talked {
  /** Whom the call was joined with. */
  readonly member: QueueMember | undefined
  readonly durationMs: number
  /** The call ended. */
  readonly interrupted: boolean
}

async function firstReady(
  context: VerbContext,
  queue: CallQueue,
  whisper: Handover['whisper'],
  dial: DialRequest,
): Promise<Talked> {
  const { clock } = context.services
  const until = clock.now() + dial.timeout * 1000
  let joined: QueueMember | undefined
  let joinedAt = 0
  const talked = (interrupted: boolean): Talked => ({
    member: joined,
    durationMs: joined ? clock.now() - joinedAt : 0,
    interrupted,
  })
  try {
    for (;;) {
      const member = await claim(context, queue, until)
      if (!member) return talked(false)
      const handover = new Handover(context.call, whisper)
      member.give(handover)
      try {
        if (!(await context.until(handover.ready))) continue
        joined = member
        joinedAt = clock.now()
        await talk(context, member.call, dial, { self: 'park', other: 'park' })
        return talked(false)
      } finally {
        if (context.call.partner === member.call) context.call.unbridge()
        handover.end()
      }
    }
  } catch (thrown) {
    if (thrown instanceof Interrupted && thrown.why === 'call-over') return talked(true)
    throw thrown
  }
}

/** The next of a queue; undefined when none comes in time. @param deadline ms since the Unix epoch */
async function claim(
  context: VerbContext,
  queue: CallQueue,
  deadline: number,
): Promise<QueueMember | undefined> {
  const { clock } = context.services
  const { member, cancel } = queue.take()
  let late = () => {}
  const timer = clock.after(deadline - clock.now(), () => late())
  const lateness = new Promise<undefined>((resolve) => {
    late = () => resolve(undefined)
  })
  try {
    const came = await context.until(Promise.race([member, lateness]))
    if (!came) cancel()
    return came
  } catch (thrown) {
    cancel()
    throw thrown
  } finally {
    timer.cancel()
  }
}
