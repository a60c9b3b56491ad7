import type { Timer } from '../../base/clock.js'
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

/** Of a queue's own: there is no TaskRouter. Times are seconds. */
export const taskModel = {
  element: 'Task',
  fields: { priority: optionalWhole(0, 2_147_483_647), timeout: optionalWhole(1, 1_209_600) },
}

type EnqueueRequest = Attributes<typeof enqueueModel.fields>

type Task = Attributes<typeof taskModel.fields> & {
  /** Whoever takes the call over is told; '' for none. */
  readonly attributes: string
}

/** How the waiting ended, in Twilio's words, which has none for `timeout`. */
type QueueResult =
  | 'bridged'
  | 'error'
  | 'hangup'
  | 'leave'
  | 'queue-full'
  | 'redirected'
  | 'redirected-from-bridged'
  | 'timeout'

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

/** Workflows of TaskRouter are not there: one is a queue of its own, and its task says how the call waits in it. */
function taskIn(element: TwimlElement, { workflowSid }: EnqueueRequest, reader: Reader): Task {
  const [task] = reader.children(element, ['Task'])
  if (workflowSid !== undefined) {
    reader.warn(element, `the workflow ${workflowSid} is taken for a queue of that name`)
  }
  if (!task) return { attributes: '', priority: undefined, timeout: undefined }
  return { ...reader.attributes(task, taskModel), attributes: textOf(task) }
}

/** ms until a call that should have left is looked at again. */
const RETRY_MS = 1000

/** One call's stay in a queue. */
class Waiting {
  private member: QueueMember | undefined
  private bridged = false

  constructor(
    private readonly context: VerbContext,
    private readonly request: EnqueueRequest & { readonly task: Task },
    private readonly queue: CallQueue,
  ) {}

  async run(): Promise<Next> {
    const { context, queue, request } = this
    const member = queue.add(context.call, request.task.priority)
    if (!member) return this.after('queue-full')
    this.member = member
    try {
      return this.after(await this.wait(member))
    } catch (thrown) {
      if (!(thrown instanceof Interrupted)) throw thrown
      return this.after(this.interrupted(thrown))
    } finally {
      queue.remove(member)
      // Somebody may have taken it over at the moment it left.
      void member.taken.then((handover) => handover.decline())
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
    const late = this.lateness(member)
    const event = Promise.race([member.taken, late.reached])
    const waited = await waitFor(context, music, event).finally(late.cancel)
    if (waited.kind === 'left') return 'leave'
    if (waited.kind === 'hung-up') return context.untilInterrupted()
    if (waited.event === 'timeout') return 'timeout'
    return (await this.joined(waited.event)) ? 'bridged' : 'error'
  }

  /** Tells when it has waited as long as it may; it is out of the queue then. */
  private lateness(member: QueueMember) {
    const { queue, request } = this
    const { timeout } = request.task
    const { clock } = this.context.services
    let timer: Timer | undefined
    const reached = new Promise<'timeout'>((resolve) => {
      const end = () => {
        // Somebody who is about to take it over may still leave it.
        if (queue.positionOf(member) === 0) {
          timer = clock.after(RETRY_MS, end)
          return
        }
        queue.remove(member)
        resolve('timeout')
      }
      if (timeout !== undefined) timer = clock.after(timeout * 1000, end)
    })
    return { reached, cancel: () => timer?.cancel() }
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
      ...(request.task.attributes !== '' && { TaskAttributes: request.task.attributes }),
      QueueSid: queue.sid,
      QueueTime: member ? seconds(queue.waitedMs(member)) : '0',
      QueuePosition: member ? String(queue.positionOf(member)) : '0',
      AvgQueueTime: seconds(queue.averageMs),
      CurrentQueueSize: String(queue.members.length),
      MaxQueueSize: String(queue.maxSize),
    }
  }
}
