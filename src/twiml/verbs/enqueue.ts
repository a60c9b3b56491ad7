import { type TwimlElement, textOf } from '../document/element.js'
import { method, optionalText, optionalWhole } from '../document/fields.js'
import type { Attributes, Reader } from '../document/reader.js'
import type { CallQueue, Handover, QueueMember } from '../rooms/call-queue.js'
import type { VerbContext } from '../running/context.js'
import { Interrupted } from '../running/interruption.js'
import type { Next, VerbKind } from '../running/verb.js'
import { seconds } from './recording.js'
import { waitFor } from './waiting.js'

/** Verbs that count in what is heard in a queue. */
const waitVerbs = ['Gather', 'Hangup', 'Leave', 'Pause', 'Play', 'Redirect', 'Say']
/** Verbs that count before a waiting call is joined. */
const whisperVerbs = ['Pause', 'Play', 'Redirect', 'Say']

export const enqueueModel = {
  element: 'Enqueue',
  fields: {
    action: optionalText,
    method,
    waitUrl: optionalText,
    waitUrlMethod: method,
    maxQueueSize: optionalWhole(1, 5000),
    workflowSid: optionalText,
  },
  numbers: { method: 14201, waitUrlMethod: 14206 },
}

type EnqueueRequest = Attributes<typeof enqueueModel.fields>

/** How the waiting ended, in Twilio's words. */
type QueueResult =
  | 'bridged'
  | 'error'
  | 'hangup'
  | 'leave'
  | 'queue-full'
  | 'redirected'
  | 'redirected-from-bridged'

/** `<Enqueue>`: the call waits in a queue until somebody takes it over, and goes on when that is over. */
export const enqueueVerb: VerbKind = {
  name: 'Enqueue',
  compile(element, reader) {
    const request = reader.attributes(element, enqueueModel)
    const task = taskIn(element, request, reader)
    const name = request.workflowSid ?? textOf(element)
    if (name === '') {
      reader.warn(element, 'the queue has no name', 14204)
      return undefined
    }
    return {
      async execute(context) {
        await context.answer()
        const queue = context.services.queues.queue(name, request.maxQueueSize)
        return new Waiting(context, { ...request, task }, queue).run()
      },
    }
  },
}

/**
 * Attributes of the task. Workflows of TaskRouter are not there: one is a queue of its own, and whoever takes a call over
 * is told of its task.
 */
function taskIn(element: TwimlElement, { workflowSid }: EnqueueRequest, reader: Reader): string {
  const [task] = reader.children(element, ['Task'])
  if (workflowSid !== undefined) {
    reader.warn(element, `the workflow ${workflowSid} is taken for a queue of that name`)
  }
  return task ? textOf(task) : ''
}

/** One call's stay in a queue. */
class Waiting {
  private member: QueueMember | undefined
  private handover: Handover | undefined
  private bridged = false

  constructor(
    private readonly context: VerbContext,
    private readonly request: EnqueueRequest & { readonly task: string },
    private readonly queue: CallQueue,
  ) {}

  async run(): Promise<Next> {
    const { context, queue } = this
    this.member = queue.add(context.call)
    if (!this.member) return this.after('queue-full')
    try {
      return this.after(await this.wait(this.member))
    } catch (thrown) {
      if (!(thrown instanceof Interrupted)) throw thrown
      return this.after(this.interrupted(thrown))
    } finally {
      queue.remove(this.member)
      this.handover?.decline()
    }
  }

  private async wait(member: QueueMember): Promise<QueueResult> {
    const { context, request } = this
    const music = {
      url: request.waitUrl,
      method: request.waitUrlMethod,
      verbs: waitVerbs,
      repeat: true,
      parameters: () => this.fields(),
    }
    const waited = await waitFor(context, music, member.taken)
    if (waited.kind === 'left') return 'leave'
    if (waited.kind === 'hung-up') return context.untilInterrupted()
    this.handover = waited.event
    return (await this.joined(waited.event)) ? 'bridged' : 'error'
  }

  /** @returns whether whoever took the call over was joined with it */
  private async joined(handover: Handover): Promise<boolean> {
    const { context } = this
    const { whisper, by } = handover
    if (whisper) {
      const dequeued = { DequeingCallSid: context.services.dialect.callSid(by) }
      const parameters = context.parameters({ ...this.fields(), ...dequeued })
      const outcome = await context.run({ request: { ...whisper, parameters } }, { verbs: whisperVerbs })
      context.signal.throwIfAborted()
      if (outcome !== 'finished') return false
    }
    this.bridged = true
    handover.accept()
    await context.until(handover.over)
    return true
  }

  private interrupted({ why }: Interrupted): QueueResult {
    if (why === 'call-over') return this.bridged ? 'bridged' : 'hangup'
    return this.bridged ? 'redirected-from-bridged' : 'redirected'
  }

  private after(result: QueueResult): Next {
    const { context, request } = this
    const { action, method } = request
    const told = { QueueResult: result, ...(this.member && this.fields()) }
    const next = context.action(action, method, told)
    // Interrupted without anybody to tell: nothing follows either.
    if (next.kind === 'next') context.signal.throwIfAborted()
    return next
  }

  private fields(): Record<string, string> {
    const { queue, member, request } = this
    return {
      ...(request.task !== '' && { TaskAttributes: request.task }),
      QueueSid: queue.sid,
      QueueTime: member ? seconds(queue.waitedMs(member)) : '0',
      QueuePosition: member ? String(queue.positionOf(member)) : '0',
      AvgQueueTime: seconds(queue.averageMs),
      CurrentQueueSize: String(queue.members.length),
      MaxQueueSize: String(queue.maxSize),
    }
  }
}
