import { choice, required, text, whole } from '../definition/fields.js'
import { CallOver, WidgetFailure } from '../execution/interruptions.js'
import type { Fields } from '../execution/ports.js'
import type { Step } from '../execution/step.js'
import { document, plain, verb } from '../execution/verbs.js'
import { widgetKind } from './widget-kind.js'

const events = ['callComplete', 'failedToEnqueue', 'callFailure']

/** Highest priority, and longest time to wait, in seconds, as on the vendor's service. */
const MOST_PRIORITY = 2_147_483_647
const MOST_SECONDS = 1_209_600

/** Lets the call wait in a queue of this node, until somebody takes it over and is done. */
export const enqueueCall = widgetKind({
  type: 'enqueue-call',
  events,
  failure: 'failedToEnqueue',
  properties: {
    workflow_sid: text,
    queue_name: text,
    priority: whole(0, MOST_PRIORITY),
    timeout: whole(0, MOST_SECONDS),
    task_attributes: text,
    wait_url: text,
    wait_url_method: choice(['GET', 'POST']),
  },
  aliases: {
    task_router_workflow: 'workflow_sid',
    hold_music_url: 'wait_url',
    twiml_request_method: 'wait_url_method',
  },
  needs: ({ workflow_sid: workflow }) => (workflow ? [] : ['queue_name']),
  run: (step, properties) =>
    wait(step, {
      workflow: step.text(properties.workflow_sid, 'workflow_sid').trim(),
      queue: step.text(properties.queue_name, 'queue_name').trim(),
      attributes: step.text(properties.task_attributes, 'task_attributes'),
      priority: step.whole(properties.priority, 'priority', 0, MOST_PRIORITY),
      timeout: step.whole(properties.timeout, 'timeout', 0, MOST_SECONDS),
      waitUrl: step.text(properties.wait_url, 'wait_url').trim(),
      waitUrlMethod: step.text(properties.wait_url_method, 'wait_url_method'),
    }),
})

/** As `enqueueCall`, for agents who sit elsewhere: the workflow names the queue. */
export const sendToFlex = widgetKind({
  type: 'send-to-flex',
  events: [...events, 'composerStarted'],
  failure: 'failedToEnqueue',
  properties: {
    workflow: required(text),
    channel: required(text),
    attributes: text,
    priority: text,
    timeout: text,
    waitUrl: text,
    waitUrlMethod: choice(['GET', 'POST']),
  },
  aliases: { hold_music_url: 'waitUrl', url_method: 'waitUrlMethod' },
  run: (step, properties) =>
    wait(step, {
      workflow: step.text(properties.workflow, 'workflow').trim(),
      queue: '',
      attributes: step.text(properties.attributes, 'attributes'),
      priority: step.whole(properties.priority, 'priority', 0, MOST_PRIORITY),
      timeout: step.whole(properties.timeout, 'timeout', 0, MOST_SECONDS),
      waitUrl: step.text(properties.waitUrl, 'waitUrl').trim(),
      waitUrlMethod: step.text(properties.waitUrlMethod, 'waitUrlMethod'),
    }),
})

interface Waiting {
  readonly workflow: string
  readonly queue: string
  /** JSON of whoever wrote the flow; whoever takes the call over is told. */
  readonly attributes: string
  readonly priority: number | undefined
  /** Seconds; 0 or undefined for as long as it takes. */
  readonly timeout: number | undefined
  readonly waitUrl: string
  readonly waitUrlMethod: string
}

async function wait(step: Step, waiting: Waiting) {
  const { workflow, queue, attributes, priority, timeout } = waiting
  if (workflow === '' && queue === '') {
    throw new WidgetFailure('neither a queue nor a workflow is named', 'flow_enqueue_failed')
  }
  const enqueue = verb(
    'Enqueue',
    { action: step.call().actionUrl, ...musicOf(step, waiting), workflowSid: workflow },
    ...(workflow === '' ? [plain(queue)] : []),
    verb('Task', { priority, timeout: timeout || undefined }, plain(attributes)),
  )
  const fields = await toldBy(step, document(enqueue))
  const event = eventOf(fields)
  if (fields['QueueResult'] === 'timeout') {
    step.parts.warn('flow_enqueue_timeout', `nobody took the call over within ${timeout} s`)
  } else if (event !== 'callComplete') {
    step.parts.warn(
      'flow_enqueue_failed',
      `the call is not in the queue: ${fields['QueueResult'] ?? 'error'}`,
    )
  }
  return { event, outputs: fields }
}

/** What the action was told, also by a caller who is gone. */
async function toldBy(step: Step, enqueue: string): Promise<Fields> {
  try {
    return (await step.perform(enqueue)) ?? {}
  } catch (thrown) {
    if (!(thrown instanceof CallOver)) throw thrown
    return thrown.fields
  }
}

/** What the caller hears; the own melody where there is nothing that can be had. */
function musicOf(step: Step, { waitUrl, waitUrlMethod }: Waiting): Record<string, string> {
  if (waitUrl === '') return {}
  if (/^https?:\/\//i.test(waitUrl) && URL.canParse(waitUrl)) return { waitUrl, waitUrlMethod }
  step.parts.warn('flow_wait_url_invalid', `wait_url is "${waitUrl}" and must be an absolute http(s) URL`)
  return {}
}

function eventOf({ QueueResult = 'error' }: Fields): string {
  if (/^(error|queue-full|timeout)$/.test(QueueResult)) return 'failedToEnqueue'
  return QueueResult === 'system-error' ? 'callFailure' : 'callComplete'
}
